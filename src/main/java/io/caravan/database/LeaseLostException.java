package io.caravan.database;

/** The work was done under a lease that is no longer held; it must not be committed. */
public final class LeaseLostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public LeaseLostException(Lease lease) {
        super("Lease " + lease.name() + " (number " + lease.fencing() + ") of " + lease.owner()
                + " has run out or gone to another node. This node's work under it is undone; the other node does it.");
    }
}
