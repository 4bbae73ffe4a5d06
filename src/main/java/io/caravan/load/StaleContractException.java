package io.caravan.load;

/** The table changed while a batch was on its way into it; the batch is undone and done again by the new contract. */
final class StaleContractException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StaleContractException(String table) {
        super("The table " + table + " changed while a batch was being loaded into it");
    }
}
