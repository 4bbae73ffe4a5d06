package io.caravan.load;

/** A value that a column can't take, found while its text was made. */
final class Misfit extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    Misfit(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
