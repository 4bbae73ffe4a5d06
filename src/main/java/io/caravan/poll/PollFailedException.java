package io.caravan.poll;

/** Why a stream doesn't advance: for the consumer's exception handler and health check. Its message says what was done about it. */
public final class PollFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    PollFailedException(String message) {
        super(message);
    }

    PollFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
