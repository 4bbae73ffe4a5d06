package io.caravan.watch.arrivals;

/** A batch that can't be counted, where the route wants to be told. */
public final class ArrivalsRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ArrivalsRefusedException(String message) {
        super(message);
    }
}
