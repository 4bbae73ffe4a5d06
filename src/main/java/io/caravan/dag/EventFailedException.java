package io.caravan.dag;

/** A route could not process an event; the cause tells why. The event is kept and tried again. */
public final class EventFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EventFailedException(Exception cause) {
        super(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(), cause);
    }
}
