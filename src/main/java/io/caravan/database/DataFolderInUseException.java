package io.caravan.database;

/** Another Caravan works on the same data folder. The command line answers it with exit code 2. */
public final class DataFolderInUseException extends EmbeddedPostgresException {
    private static final long serialVersionUID = 1L;

    public DataFolderInUseException(String message) {
        super(message);
    }
}
