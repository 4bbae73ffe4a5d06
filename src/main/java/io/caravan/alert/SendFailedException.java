package io.caravan.alert;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A channel could not send a message. */
public final class SendFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What is to be done. */
    public enum Kind {
        /** Trying again is worth it. */
        TEMPORARY,
        /** This message is refused, and would be again. */
        PERMANENT,
        /** The same with less text may be taken. */
        TOO_LONG,
        /** The service doesn't understand how the text is written: the same in the plain form may be taken. */
        MALFORMED,
        /** There is nothing to send to: asking again does harm. */
        GONE,
        /** What was there has another address now. */
        MOVED
    }

    private final Kind kind;
    private final @Nullable Duration retryAfter;
    private final @Nullable String movedTo;

    private SendFailedException(
            Kind kind,
            String message,
            @Nullable Throwable cause,
            @Nullable Duration retryAfter,
            @Nullable String movedTo) {
        super(message, cause);
        this.kind = kind;
        this.retryAfter = retryAfter;
        this.movedTo = movedTo;
    }

    /**
     * Tells why.
     *
     * @param permanent whether another try would fail as well
     * @param retryAfter how long the service asked to be left alone; null: it said nothing
     */
    public SendFailedException(
            String message, @Nullable Throwable cause, boolean permanent, @Nullable Duration retryAfter) {
        this(permanent ? Kind.PERMANENT : Kind.TEMPORARY, message, cause, retryAfter, null);
    }

    static SendFailedException tooLong(String message) {
        return new SendFailedException(Kind.TOO_LONG, message, null, null, null);
    }

    static SendFailedException malformed(String message) {
        return new SendFailedException(Kind.MALFORMED, message, null, null, null);
    }

    static SendFailedException gone(String message) {
        return new SendFailedException(Kind.GONE, message, null, null, null);
    }

    static SendFailedException moved(String message, String to) {
        return new SendFailedException(Kind.MOVED, message, null, null, to);
    }

    public Kind kind() {
        return kind;
    }

    /** Whether another try of the same would fail as well. */
    public boolean isPermanent() {
        return kind != Kind.TEMPORARY && kind != Kind.MOVED;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    /** The new address, of what has moved. */
    public Optional<String> movedTo() {
        return Optional.ofNullable(movedTo);
    }
}
