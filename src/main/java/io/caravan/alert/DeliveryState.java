package io.caravan.alert;

/** How a message stands. */
public enum DeliveryState {
    QUEUED,
    SENDING,
    /** The channel has taken it. */
    SENT,
    /** The channel has said that it is there. */
    DELIVERED,
    READ,
    /** It can't be sent: a dead letter, until somebody sends it again. */
    FAILED
}
