package io.caravan.simulator;

import io.caravan.simulator.Query.BadRequestException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.StringJoiner;

/** The provider's own count of its packets, as providers offer it for reconciliation: each packet once, when it first arrived, repeats and malformed ones left out. */
final class HourCounts {
    /** {@code ?from=&to=}: a number for every hour (UTC) that the window touches, of what arrived in [from, to), whole seconds. */
    static final String PATH = "/v2/packets/count";

    private static final Duration LONGEST = Duration.ofDays(31);

    private final RecordSource source;

    HourCounts(RecordSource source) {
        this.source = source;
    }

    Answer answer(Query query, Instant now) {
        Instant to = query.time("to").orElse(now).truncatedTo(ChronoUnit.SECONDS);
        Instant from = query.time("from")
                .map(time -> time.truncatedTo(ChronoUnit.SECONDS))
                .orElseThrow(() -> new BadRequestException("from is missing; it must be like 2026-03-01T12:00:00Z."));
        if (Duration.between(from, to).compareTo(LONGEST) > 0) {
            throw new BadRequestException("the window is longer than 31 days.");
        }
        StringJoiner hours = new StringJoiner(",", "{\"data\":[", "]}");
        for (Instant begin = from; begin.isBefore(to); begin = endOfHour(begin, to)) {
            Instant end = endOfHour(begin, to);
            hours.add("{\"from\":\"%s\",\"to\":\"%s\",\"count\":%d}"
                    .formatted(begin, end, source.firstArrivals(begin, end, now)));
        }
        return Answer.json(200, hours.toString());
    }

    private static Instant endOfHour(Instant begin, Instant latest) {
        Instant next = begin.truncatedTo(ChronoUnit.HOURS).plus(1, ChronoUnit.HOURS);
        return next.isBefore(latest) ? next : latest;
    }
}
