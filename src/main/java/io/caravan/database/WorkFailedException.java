package io.caravan.database;

/** A checked exception, not of SQL, that the work of a transaction threw; the transaction was rolled back. */
public final class WorkFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WorkFailedException(Exception cause) {
        super(cause.getMessage(), cause);
    }
}
