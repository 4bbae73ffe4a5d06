package io.caravan.alert;

import io.caravan.alert.routing.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a group has something to tell. The rules are those of Prometheus' Alertmanager (its deduplication stage): first, new in the group, graver, resolved, repeat interval elapsed; what was
 * resolved before anything was told is never told.
 *
 * @param kind of the message; empty: nothing is told
 * @param firing what the message calls open, the gravest first
 * @param ended what the message calls resolved
 * @param next when to look again; empty: when something changes
 */
record Flush(Optional<MessageKind> kind, List<Incident> firing, List<Incident> ended, Optional<Instant> next) {
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
     */
    static Flush of(
            Group group,
            List<Member> shown,
            List<Member> resolved,
            Optional<Instant> silencedUntil,
            Timing timing,
            Instant now) {
        List<Incident> firing =
                shown.stream().map(Member::incident).sorted(GRAVEST_FIRST).toList();
        List<Incident> ended = resolved.stream()
                .filter(member -> member.told().isPresent())
                .map(Member::incident)
                .sorted(GRAVEST_FIRST)
                .toList();
        Optional<MessageKind> kind = kind(group, shown, ended, timing, now);
        Optional<Instant> repeat = firing.stream().anyMatch(incident -> incident.state() == IncidentState.OPEN)
                ? timing.repeatInterval()
                        .map(interval ->
                                (kind.isPresent() ? now : group.toldAt().orElse(now)).plus(interval))
                : Optional.empty();
        Optional<Instant> stable = shown.stream()
                .flatMap(member -> member.incident().flapping().stableAt().stream())
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo);
        return new Flush(kind, firing, ended, earlier(stable, earlier(repeat, silencedUntil)));
    }

    private static Optional<MessageKind> kind(
            Group group, List<Member> shown, List<Incident> ended, Timing timing, Instant now) {
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
        boolean somebodyShouldAct =
                shown.stream().anyMatch(member -> member.incident().state() == IncidentState.OPEN);
        Optional<Duration> silent = group.toldAt().map(told -> Duration.between(told, now));
        return somebodyShouldAct
                        && timing.repeatInterval().isPresent()
                        && silent.isPresent()
                        && silent.get().compareTo(timing.repeatInterval().get()) >= 0
                ? Optional.of(MessageKind.REPEAT)
                : Optional.empty();
    }

    private static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        return one.isPresent() && other.isPresent()
                ? Optional.of(one.get().isBefore(other.get()) ? one.get() : other.get())
                : one.or(() -> other);
    }
}
