package io.caravan.watch.judge;

import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.Standing;
import io.caravan.watch.series.StateRepository.Next;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a series stands after a look: {@code NextStanding.of(looked, now).as(SILENT)}. Pure.
 *
 * @param reviewedUntil until when silences that nobody saw have been looked for
 */
record NextStanding(Looked each, Optional<Instant> reviewedUntil, Instant now) {
    private static final Logger LOG = LoggerFactory.getLogger(NextStanding.class);
    private static final Duration AGAIN = Duration.ofSeconds(15);
    private static final Duration SOON = Duration.ofSeconds(1);

    static NextStanding of(Looked each, Instant now) {
        return new NextStanding(each, each.row().standing().reviewedUntil(), now);
    }

    /** With a review of this look, if there was one. */
    NextStanding reviewed(Optional<Instant> until) {
        return new NextStanding(each, until.or(this::reviewedUntil), now);
    }

    Next as(SeriesState state) {
        return stands(state, Optional.empty(), nextLook());
    }

    /** A trouble that was over before it was found is closed soon, and what is wrong by then told; who is catching up is looked at again soon. */
    private Instant nextLook() {
        Instant usual = each.judgement().nextLook();
        Optional<Instant> closing = each.open()
                .filter(episode -> episode.overAt().isPresent())
                .map(episode -> episode.openedAt().plus(Troubles.HEARD))
                .map(at -> at.isAfter(now) ? at : now.plus(SOON));
        Optional<Instant> again = isCatchingUp() ? Optional.of(now.plus(AGAIN)) : closing;
        return again.filter(usual::isAfter).orElse(usual);
    }

    private boolean isCatchingUp() {
        return each.open()
                .filter(episode -> Catching.goesOn(each, episode, now))
                .isPresent();
    }

    /**
     * With a problem that isn't told yet. A window that is over stays in mind until it is.
     *
     * @param heldSince since when it waits
     */
    Next waiting(Instant heldSince, Instant until) {
        SeriesState was = each.was();
        SeriesState shown = was == SeriesState.MAINTENANCE
                ? SeriesState.MAINTENANCE
                : each.judgement().state() == SeriesState.SILENT || was.isTold() ? SeriesState.LATE : was;
        return stands(shown, Optional.of(heldSince), until);
    }

    private Next stands(SeriesState state, Optional<Instant> heldSince, Instant due) {
        Standing was = each.row().standing();
        Judgement judgement = each.judgement();
        boolean stays = was.state() == state;
        boolean remembers = stays && (state == SeriesState.SILENT || state == SeriesState.MAINTENANCE);
        Optional<Instant> arrivedAt = remembers ? was.arrivedAt() : judgement.lastArrival();
        boolean resumes = remembers
                && each.isMerged()
                && judgement
                        .lastArrival()
                        .filter(at -> was.arrivedAt().isEmpty()
                                || at.isAfter(was.arrivedAt().get()))
                        .isPresent();
        Optional<Instant> excused = was.excusedAt()
                .filter(at -> judgement.lastArrival().isEmpty()
                        || !judgement.lastArrival().get().isAfter(at));
        if (!stays) {
            LOG.debug(
                    "series={} state={} was={} score={}",
                    each.row().series().name(),
                    state,
                    was.state(),
                    judgement.silence().score());
        }
        return new Next(
                each.id(),
                new Standing(
                        state,
                        stays ? was.since() : now,
                        Optional.of(now),
                        arrivedAt,
                        heldSince,
                        resumes ? was.resumedAt().or(judgement::lastArrival) : Optional.empty(),
                        excused,
                        judgement.silence().score(),
                        judgement.silence().lateAt(),
                        judgement.silence().alarmAt(),
                        judgement.partial(),
                        judgement.volume(),
                        // what is old belongs to the silence as long as that is caught up
                        isCatchingUp() ? Optional.empty() : each.row().pulse().flatMap(Pulse::lag),
                        judgement.lagLimit(),
                        reviewedUntil),
                due);
    }
}
