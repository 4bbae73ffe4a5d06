package io.caravan.database;

/** The work has lost the right under which it was done: it must not go on, and is not committed. */
public final class WorkStoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public WorkStoppedException(String message) {
        super(message);
    }
}
