package io.caravan.database;

/** A migration that cannot be applied; each line of the message names the file, what is wrong and how to mend it. */
public final class MigrationException extends DatabaseException {
    private static final long serialVersionUID = 1L;

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
