package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.StateRepository.Row;
import io.caravan.watch.detect.Pattern;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retires fleets that have sent nothing for long, and brings them back as if they were new. Joins the transaction of its caller. */
final class Retirement {
    private static final Logger LOG = LoggerFactory.getLogger(Retirement.class);

    private final SeriesRepository seriesTable;
    private final StateRepository states;

    Retirement(Database database) {
        this.seriesTable = new SeriesRepository(database);
        this.states = new StateRepository(database);
    }

    /** What was retired and sends again is born anew: what it used to do long ago proves nothing. */
    Row awake(Row row, Instant now) {
        boolean sendsAgain = row.series()
                .retiredAt()
                .filter(retired -> row.pulse()
                        .flatMap(Pulse::lastArrivalAt)
                        .filter(at -> at.isAfter(retired))
                        .isPresent())
                .isPresent();
        if (!sendsAgain) {
            return row;
        }
        Series series = row.series();
        seriesTable.wake(series.id());
        states.unlearn(series.id(), now);
        LOG.info("series={} sends again after it was retired; it is learned anew", series.name());
        Series born = new Series(
                series.id(),
                series.kind(),
                series.name(),
                series.provider(),
                series.tenant(),
                series.region(),
                now,
                Optional.empty());
        return new Row(born, Standing.born(now), row.dueAt(), row.pulse(), Optional.of(Pattern.EMPTY));
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
