package io.caravan.batch;

/** Why a text has no usable value; never leaves the room, and carries no stack trace because bad input is no surprise. */
final class DefectException extends Exception {
    private static final long serialVersionUID = 1L;

    DefectException(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
