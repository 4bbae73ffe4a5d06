package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Window;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.Standing;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retires fleets that have sent nothing for long, and brings them back; after a long time as if they were new. Joins the transaction of its caller. */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    /** Who was quiet for less works as it used to. */
    private static final Duration FORGOTTEN = Duration.ofDays(14);

    private final SeriesRepository seriesTable;
    private final StateRepository states;

    Retirement(Database database) {
        this.seriesTable = new SeriesRepository(database);
        this.states = new StateRepository(database);
    }

    /** The time in which a fleet wasn't missed, if it was retired and sends again. */
    static Optional<Window> pause(Row row) {
        return row.series().retiredAt().flatMap(retired -> {
            Instant quiet = row.standing().arrivedAt().filter(retired::isAfter).orElse(retired);
            return row.pulse()
                    .flatMap(Pulse::lastArrivalAt)
                    .filter(at -> at.isAfter(retired))
                    .map(again -> new Window(Window.Kind.EXPECTED, quiet, again, "retired"));
        });
    }

    /** What was retired and sends again is missed again; after two weeks it is born anew, since what it used to do long ago proves nothing. */
    Row awake(Row row, Instant now) {
        Optional<Window> pause = pause(row);
        if (pause.isEmpty()) {
            return row;
        }
        Series series = row.series();
        seriesTable.wake(series.id());
        boolean anew = !pause.get().until().isBefore(pause.get().from().plus(FORGOTTEN));
        LOG.info(
                "series={} sends again after it was retired; {}",
                series.name(),
                anew ? "it is learned anew" : "it was quiet for less than two weeks, and what was learned of it holds");
        if (!anew) {
            return new Row(awake(series, series.bornAt()), row.standing(), row.dueAt(), row.pulse(), row.pattern());
        }
        states.unlearn(series.id(), now);
        return new Row(awake(series, now), Standing.born(now), row.dueAt(), row.pulse(), Optional.of(Pattern.EMPTY));
    }

    private static Series awake(Series series, Instant bornAt) {
        return new Series(
                series.id(),
                series.kind(),
                series.name(),
                series.provider(),
                series.tenant(),
                series.region(),
                bornAt,
                Optional.empty());
    }

    /** Whether it is or should be retired. */
    static boolean isDue(Row row, Profile profile, Instant now) {
        Instant last =
                row.pulse().flatMap(Pulse::lastArrivalAt).orElse(row.series().bornAt());
        return row.series().retiredAt().isPresent()
                || profile.retireAfter()
                        .filter(after -> last.plus(after).isBefore(now))
                        .isPresent();
    }

    /** Notes that a fleet isn't missed any more. */
    void retire(Looked each, Instant now) {
        boolean retires = each.judgement().state() == SeriesState.RETIRED
                && !each.isMerged()
                && each.row().series().retiredAt().isEmpty();
        if (retires) {
            seriesTable.retire(each.id(), now);
            LOG.info(
                    "series={} is retired: it has sent nothing for long",
                    each.row().series().name());
        }
    }
}
