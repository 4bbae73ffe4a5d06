package io.caravan.alert.routing;

import io.caravan.calendar.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When a group of alerts is told.
 *
 * @param groupWait from the first signal to the first message, so that what belongs together comes in one
 * @param groupInterval least time between messages about a group that grows
 * @param repeatInterval a group that is still open is told again so often; empty: never
 * @param digest cron, by the receiver's clock, at whose ticks everything that came meanwhile is told in one message; empty: {@code groupWait} holds
 */
public record Timing(
        Duration groupWait, Duration groupInterval, Optional<Duration> repeatInterval, Optional<String> digest) {
    /** By so much a digest may be late, or its day shorter than others, and still repeat what it told. */
    private static final Duration EARLIER = Duration.ofHours(1);

    /** Least time between two messages: digests have no other than that between their ticks. */
    public Duration interval() {
        return digest.isPresent() ? Duration.ZERO : groupInterval;
    }

    /** When something that has happened may be told: at once, or with the next digest by the clock of that zone. */
    public Instant occasion(Instant moment, ZoneId zone) {
        return digest.flatMap(cron -> Schedule.parse(cron, zone).next(moment, true))
                .orElse(moment);
    }

    /** When what was told is told again unless somebody takes care of it; empty: never. */
    public Optional<Instant> repeatAt(Instant told, ZoneId zone) {
        return repeatInterval.map(repeat -> digest.map(cron -> Schedule.parse(cron, zone))
                .map(ticks -> ticks.previous(told, true).orElse(told))
                .map(tick -> occasion(tick.plus(repeat).minus(EARLIER), zone))
                .filter(at -> at.isAfter(told))
                .orElseGet(() -> told.plus(repeat)));
    }
}
