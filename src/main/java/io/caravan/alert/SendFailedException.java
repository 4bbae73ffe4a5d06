package io.caravan.alert;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A channel could not send a message. */
public final class SendFailedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean permanent;
    private final @Nullable Duration retryAfter;

    /**
     * Tells why.
     *
     * @param permanent whether another try would fail as well
     * @param retryAfter how long the service asked to be left alone; null: it said nothing
     */
    public SendFailedException(
            String message, @Nullable Throwable cause, boolean permanent, @Nullable Duration retryAfter) {
        super(message, cause);
        this.permanent = permanent;
        this.retryAfter = retryAfter;
    }

    public boolean isPermanent() {
        return permanent;
    }

    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
