package io.caravan.alert;

import io.caravan.alert.routing.Timing;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides whether a group has something to tell. The rules are those of Prometheus' Alertmanager (its deduplication stage): first, new in the group, graver, resolved, repeat interval elapsed; what was
 * resolved before anything was told is never told.
 *
 * @param kind of the message; empty: nothing is told
 * @param firing what the message calls open, the gravest first
 * @param ended what the message calls resolved
 * @param since when the first thing happened that is told; what is only repeated has waited for nothing
 * @param next when to look again; empty: when something changes
 */
record Flush(
        Optional<MessageKind> kind,
        List<Incident> firing,
        List<Incident> ended,
        Instant since,
        Optional<Instant> next) {
    private static final Comparator<Incident> GRAVEST_FIRST = Comparator.comparing(Incident::severity)
            .thenComparing(Incident::openedAt)
            .thenComparing(Incident::number);

    Flush {
        firing = List.copyOf(firing);
        ended = List.copyOf(ended);
    }

    /**
     * Decides.
     *
     * @param shown the members that are open, or flap, and neither hidden nor silenced
     * @param resolved the members that are resolved
     * @param silencedUntil when the first silence of an open member ends
     * @param zone by whose clock the receiver gets digests
     */
    static Flush of(
            Group group,
            List<Member> shown,
            List<Member> resolved,
            Optional<Instant> silencedUntil,
            Timing timing,
            ZoneId zone,
            Instant now) {
        List<Incident> firing =
                shown.stream().map(Member::incident).sorted(GRAVEST_FIRST).toList();
        List<Incident> ended = resolved.stream()
                .filter(member -> member.told().isPresent())
                .map(Member::incident)
                .sorted(GRAVEST_FIRST)
                .toList();
        boolean somebodyShouldAct = firing.stream().anyMatch(incident -> incident.state() == IncidentState.OPEN);
        boolean repeats = somebodyShouldAct
                && group.toldAt()
                        .flatMap(told -> timing.repeatAt(told, zone))
                        .filter(at -> !at.isAfter(now))
                        .isPresent();
        Optional<MessageKind> kind = kind(group, shown, ended, repeats, now);
        Optional<Instant> repeat = somebodyShouldAct
                ? timing.repeatAt(kind.isPresent() ? now : group.toldAt().orElse(now), zone)
                : Optional.empty();
        Optional<Instant> stable = shown.stream()
                .flatMap(member -> member.incident().flapping().stableAt().stream())
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo);
        Optional<Instant> turn = earlier(stable, silencedUntil).map(at -> timing.occasion(at, zone));
        return new Flush(kind, firing, ended, since(shown, ended, now), earlier(turn, repeat));
    }

    /** What is told though nothing has changed. */
    static Flush again(MessageKind kind, List<Incident> open, Instant now) {
        return new Flush(
                Optional.of(kind), open.stream().sorted(GRAVEST_FIRST).toList(), List.of(), now, Optional.empty());
    }

    /** That of what is told. */
    Severity severity() {
        return (firing.isEmpty() ? ended : firing)
                .stream().map(Incident::severity).min(Severity::compareTo).orElse(Severity.LOW);
    }

    private static Instant since(List<Member> shown, List<Incident> ended, Instant now) {
        return Stream.concat(
                        shown.stream().flatMap(member -> member.newsAt().stream()),
                        ended.stream().map(incident -> overAt(incident, now)))
                .min(Instant::compareTo)
                .orElse(now);
    }

    /** What flapped is over when it is stable. */
    private static Instant overAt(Incident incident, Instant now) {
        return Stream.concat(
                        incident.resolvedAt().stream(),
                        incident.flapping().stableAt().stream().filter(at -> !at.isAfter(now)))
                .max(Instant::compareTo)
                .orElse(now);
    }

    private static Optional<MessageKind> kind(
            Group group, List<Member> shown, List<Incident> ended, boolean repeats, Instant now) {
        boolean wasFiring = !ended.isEmpty()
                || shown.stream().anyMatch(member -> member.told().isPresent());
        if (shown.isEmpty()) {
            return ended.isEmpty() ? Optional.empty() : Optional.of(MessageKind.RESOLVED);
        }
        if (!wasFiring) {
            return Optional.of(MessageKind.FIRING);
        }
        boolean settled =
                shown.stream().anyMatch(member -> member.incident().flapping().endedBetween(group.toldAt(), now));
        if (!ended.isEmpty() || settled || shown.stream().anyMatch(Member::isNews)) {
            return Optional.of(MessageKind.UPDATE);
        }
        return repeats ? Optional.of(MessageKind.REPEAT) : Optional.empty();
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(one.get().isBefore(other.get()) ? one.get() : other.get())
                : one.or(() -> other);
    }
}
