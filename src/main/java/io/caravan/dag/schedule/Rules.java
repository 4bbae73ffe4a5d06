package io.caravan.dag.schedule;

import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.schedule.Deadlines.Deadline;
import io.caravan.dag.schedule.Expectations.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The deadlines and expectations of one definition of a workflow, for what is due while it holds; they may fall later, when another one holds. Immutable.
 *
 * @param dag the definition
 * @param since what was due then or before is not its business
 * @param until what is due later isn't, either; empty: it still holds
 * @param present since when the workflow has been there, so that successes can be expected of it
 */
public record Rules(
        DagDefinition dag,
        Instant since,
        Optional<Instant> until,
        Instant present,
        Optional<Deadlines> deadlines,
        Optional<Expectations> expectations) {

    /** The deadlines after {@code after} and at or before {@code now}, oldest first, at most so many. */
    public List<Deadline> deadlines(Instant after, Instant now, int limit) {
        return deadlines
                .map(each -> each.between(begin(after, each.allowed()), end(now, each.allowed()), limit))
                .orElse(List.of());
    }

    /** The checks after {@code after} and at or before {@code now}, oldest first, at most so many. */
    public List<Check> checks(Instant after, Instant now, int limit) {
        return expectations
                .map(each -> each.between(checked(after, each), end(now, each.grace()), limit))
                .orElse(List.of());
    }

    /** When there is something to judge after a moment; empty: never again. */
    public Optional<Instant> next(Instant after) {
        Optional<Instant> deadline = deadlines.flatMap(each -> each.next(begin(after, each.allowed()))
                .map(Deadline::at)
                .filter(at -> !at.isAfter(end(at, each.allowed()))));
        Optional<Instant> check = expectations.flatMap(each ->
                each.next(checked(after, each)).map(Check::at).filter(at -> !at.isAfter(end(at, each.grace()))));
        return Stream.of(deadline, check).flatMap(Optional::stream).min(Instant::compareTo);
    }

    /** A success is expected of a workflow that has been there for all the time in which one would do. */
    private Instant checked(Instant after, Expectations each) {
        return later(begin(after, each.grace()), present.plus(each.within()));
    }

    private Instant begin(Instant after, Duration allowed) {
        return later(after, since.plus(allowed));
    }

    private Instant end(Instant now, Duration allowed) {
        return until.map(last -> last.plus(allowed))
                .filter(last -> last.isBefore(now))
                .orElse(now);
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
