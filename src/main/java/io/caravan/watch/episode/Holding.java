package io.caravan.watch.episode;

import io.caravan.watch.series.SeriesState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Whether a problem of a series is told by itself, belongs to that of a merged stream that the series is part of, or has to wait until that is decided. Pure. */
public sealed interface Holding {
    /** A partial trouble spreads for so long after it was told. */
    Duration NEAR = Duration.ofHours(1);

    /** It is a problem of its own. */
    record Tell() implements Holding {}

    /** It belongs to this open episode. */
    record Join(UUID episode) implements Holding {}

    /** A merged stream may turn out to be silent. */
    record Wait(Instant until) implements Holding {}

    /**
     * A merged stream that a series is part of.
     *
     * @param kind of its open episode
     * @param openedAt when that was opened, or opened again
     * @param lookedAt when the stream was judged last
     */
    record Parent(
            SeriesState state,
            Optional<UUID> episode,
            Optional<EpisodeKind> kind,
            Optional<Instant> openedAt,
            Optional<Instant> lookedAt) {

        /** Since a moment. A process that died may have left it asleep. */
        public boolean isJudgedSince(Instant moment) {
            return lookedAt.filter(at -> at.isAfter(moment)).isPresent();
        }

        /** Of a merged stream that is only partly quiet, what begins later is a trouble of its own. */
        boolean explains(EpisodeKind member, Instant since) {
            boolean near =
                    openedAt.filter(opened -> since.isAfter(opened.plus(NEAR))).isEmpty();
            return kind.filter(open -> open.explains(member) && (near || open != EpisodeKind.PARTIAL))
                    .isPresent();
        }
    }

    /**
     * How long to wait.
     *
     * @param group always, so that merged streams can be judged first
     * @param longest at most, while one of them is late itself, or hasn't been judged
     */
    record Patience(Duration group, Duration longest) {
        public static final Patience DEFAULT = new Patience(Duration.ofSeconds(30), Duration.ofMinutes(30));

        /** After a window what is wrong is told at once, but of many fleets of one merged stream once. */
        public Patience forGroupsOnly() {
            return new Patience(group, group);
        }
    }

    /**
     * What becomes of a problem.
     *
     * @param since when the problem itself began
     * @param parents the largest first
     * @param heldSince when the problem was first seen
     */
    static Holding decide(
            EpisodeKind kind, Instant since, List<Parent> parents, Instant heldSince, Instant now, Patience patience) {
        for (Parent parent : parents) {
            if (parent.explains(kind, since)) {
                return new Join(parent.episode().orElseThrow());
            }
        }
        boolean undecided = parents.stream()
                .anyMatch(parent -> parent.state() == SeriesState.LATE || !parent.isJudgedSince(heldSince));
        Instant until = heldSince.plus(undecided ? patience.longest() : patience.group());
        if (parents.isEmpty() || !now.isBefore(until)) {
            return new Tell();
        }
        Instant again = now.plus(patience.group());
        return new Wait(again.isBefore(until) ? again : until);
    }
}
