package io.caravan.poll;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** A call that gave no page. Its kind decides what is done about it. */
public class CallFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final int status;

    @SuppressWarnings("serial") // never serialized
    private final Optional<Duration> askedToWait;

    CallFailedException(ErrorKind kind, String message) {
        this(kind, message, 0, Optional.empty());
    }

    CallFailedException(ErrorKind kind, String message, Throwable cause) {
        this(kind, message);
        initCause(cause);
    }

    CallFailedException(ErrorKind kind, String message, int status, Optional<Duration> askedToWait) {
        super(message);
        this.kind = kind;
        this.status = status;
        this.askedToWait = askedToWait;
    }

    public ErrorKind kind() {
        return kind;
    }

    /** The provider's status, where it answered. */
    public OptionalInt status() {
        return status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    }

    /** For how long the provider asked us to keep away. */
    public Optional<Duration> askedToWait() {
        return askedToWait;
    }
}
