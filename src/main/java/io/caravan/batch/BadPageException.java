package io.caravan.batch;

/**
 * What was received as a whole is not what was declared: the body is no JSON, the records are not where they should be, the header of a file is unusable.
 * One bad record is never the reason; it stays in its batch as a {@linkplain RawRecord#defect() defective} one.
 */
public final class BadPageException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param reason one sentence without a full stop, for people: what was found, where, what was expected */
    public BadPageException(String reason) {
        super(reason);
    }

    /** The reason, never null; also the exception's message. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
