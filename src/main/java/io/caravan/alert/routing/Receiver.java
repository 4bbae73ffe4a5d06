package io.caravan.alert.routing;

import io.caravan.alert.Severity;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a message goes.
 *
 * @param channel the route {@code from: alert:<channel>} that sends it
 * @param address what the channel needs to know, such as a room or a mail address; may be empty
 * @param zone in whose time messages are told
 * @param fallback receivers that are tried in order when this one fails
 * @param confirm so long after it has been sent the service may take to say that it is there, until the fallback is told as well; empty: it need not
 * @param answering what it may do about what it hears
 */
public record Receiver(
        String name,
        String channel,
        String address,
        ZoneId zone,
        Optional<QuietHours> quietHours,
        List<String> fallback,
        Optional<Duration> confirm,
        Answering answering) {
    /** What {@code alert:} means something else by. */
    private static final Set<String> WORDS =
            Set.of("raise", "resolve", "rules", "text", "answer", "sign", "show", "hook", "events");

    public Receiver {
        fallback = List.copyOf(fallback);
        checkChannel(channel);
    }

    /**
     * Channels can have any other name.
     *
     * @throws IllegalArgumentException when {@code alert:<name>} means something else
     */
    public static void checkChannel(String name) {
        if (WORDS.contains(name)) {
            throw new IllegalArgumentException(
                    "'" + name + "' can't be a channel, since alert:" + name + " means something else; rename it");
        }
    }

    /** Who of a fallback is told where that one can't be, either; all where it isn't among them. */
    public static List<String> after(String name, List<String> fallback) {
        return fallback.subList(fallback.indexOf(name) + 1, fallback.size());
    }

    /** From when on it may be told of something of this severity: what is critical passes quiet hours. */
    public Instant reachableFrom(Instant moment, Severity severity) {
        return severity == Severity.CRITICAL
                ? moment
                : quietHours.map(quiet -> quiet.endFrom(moment)).orElse(moment);
    }
}
