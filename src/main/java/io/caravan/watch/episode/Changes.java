package io.caravan.watch.episode;

import io.caravan.watch.cause.Cause;
import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Severity;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What of an open episode is worth another message. Pure. */
public final class Changes {
    /** So many times the members that people know of are news. */
    private static final int MANY_MORE = 2;

    private Changes() {}

    /**
     * Why people should hear of it again; empty: they needn't.
     *
     * @param kind what it is now
     * @param severe whether it has become worse than its severity says
     */
    public static Set<ChangeReason> reasons(Episode told, EpisodeKind kind, Account now, boolean severe) {
        Set<ChangeReason> reasons = EnumSet.noneOf(ChangeReason.class);
        if (kind != told.kind()) {
            reasons.add(ChangeReason.KIND_CHANGED);
        }
        if (severe && !told.escalated()) {
            reasons.add(ChangeReason.SEVERITY_RAISED);
        }
        if (now.members() >= MANY_MORE * Math.max(1, told.members())) {
            reasons.add(ChangeReason.MORE_MEMBERS);
        }
        now.finding().flatMap(finding -> cause(told, finding)).ifPresent(reasons::add);
        return reasons;
    }

    /** A cause that is known is not given up for one that is less sure, nor for none. */
    private static Optional<ChangeReason> cause(Episode told, Finding finding) {
        Cause before = told.cause().orElse(Cause.UNKNOWN);
        if (!finding.isKnown() || finding.cause() == before) {
            return Optional.empty();
        } else if (before == Cause.UNKNOWN) {
            return Optional.of(ChangeReason.CAUSE_FOUND);
        }
        return finding.confidence() >= told.confidence() ? Optional.of(ChangeReason.CAUSE_CHANGED) : Optional.empty();
    }

    /** The next severity, once. */
    public static Severity raised(Severity severity) {
        return switch (severity) {
            case LOW -> Severity.MEDIUM;
            case MEDIUM -> Severity.HIGH;
            case HIGH, CRITICAL -> Severity.CRITICAL;
        };
    }

    /** The episode as it is told next. */
    static Episode told(Episode episode, Account account, String facts) {
        Optional<Finding> known = account.finding().filter(Finding::isKnown);
        return EpisodeEdit.of(episode)
                .severity(account.severity())
                .cause(known.map(Finding::cause).or(episode::cause))
                .confidence(known.map(Finding::confidence).orElse(episode.confidence()))
                .members(Math.max(account.members(), episode.members()))
                .text(account.sentence(), facts)
                .done();
    }
}
