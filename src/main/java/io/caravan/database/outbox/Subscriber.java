package io.caravan.database.outbox;

/** A route that is told news, while it runs in this process. */
public interface Subscriber {
    /** Its route's id, by which it is known also after a restart and on other nodes. */
    String route();

    Wants wants();

    /**
     * Processes a notice in this thread's transaction, with which the notice is done.
     *
     * @throws Exception when it could not: the transaction is undone, and the notice is told again later
     */
    void tell(Told notice) throws Exception;
}
