package io.caravan.watch.judge;

import io.caravan.watch.arrivals.ArrivalHour;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.episode.CaughtUp;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** What came after all of the time of a silence. */
final class Catching {
    private static final int MINUTES = 60;

    /** What is as fresh as that belongs to the present. */
    private static final Duration FRESH = Duration.ofMinutes(2);

    /** How long a fleet that is back may take to send what it has kept, before its return is told. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Catching() {}

    /** Whether a silent series that is back still sends what is old, page by page. */
    static boolean goesOn(Looked each, Episode episode, Instant now) {
        boolean asks = episode.told()
                && episode.kind() == EpisodeKind.SILENT
                && episode.overAt().isEmpty();
        boolean old = each.row()
                .pulse()
                .flatMap(Pulse::lag)
                .filter(lag -> lag.compareTo(fresh(each.row()).plus(spread(each.row()))) > 0)
                .isPresent();
        Instant back = each.was() == SeriesState.SILENT || each.was() == SeriesState.MAINTENANCE
                ? now
                : each.row().standing().since();
        SeriesState state = each.judgement().state();
        boolean here = state != SeriesState.RETIRED && state != SeriesState.SILENT;
        return asks && old && here && now.isBefore(back.plus(PATIENCE));
    }

    private static Duration spread(Row row) {
        return row.pulse().flatMap(Pulse::lagDeviation).orElse(Duration.ZERO).multipliedBy(2);
    }

    private static Duration fresh(Row row) {
        Duration lag = row.pulse().flatMap(Pulse::usualLag).orElse(Duration.ZERO);
        return lag.compareTo(FRESH) > 0 ? lag : FRESH;
    }

    static CaughtUp up(ArrivalRepository arrivals, Row row, Instant since, Instant now) {
        Instant until = now.minus(fresh(row));
        if (!since.isBefore(until)) {
            return CaughtUp.NOTHING;
        }
        Instant first = since.truncatedTo(ChronoUnit.HOURS);
        List<ArrivalHour> hours = row.series().kind().isMerged()
                ? arrivals.mergedHours(row.series().id(), first, until)
                : arrivals.hours(List.of(row.series().id()), first, until);
        long packets = 0;
        for (ArrivalHour hour : hours) {
            packets += packets(hour, since, until);
        }
        Optional<Instant> newest = row.pulse().flatMap(Pulse::lastEventAt);
        return new CaughtUp(packets, newest);
    }

    /** Those of the whole minutes between; within an hour its packets are spread over its active minutes alike. */
    static long packets(ArrivalHour hour, Instant since, Instant until) {
        long inside = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            Instant start = hour.start().plusSeconds(60L * minute);
            if (start.isAfter(since) && !start.plusSeconds(60).isAfter(until)) {
                inside |= 1L << minute;
            }
        }
        int active = new HourCount(hour.start(), hour.minutes(), hour.packets(), 0).activeMinutes();
        return active == 0 ? 0 : Math.round(hour.packets() * (double) Long.bitCount(hour.minutes() & inside) / active);
    }
}
