package io.caravan.dag;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.dag.Deadlines.Deadline;
import io.caravan.dag.Expectations.Check;
import io.caravan.dag.JudgementRepository.Due;
import io.caravan.dag.MissRepository.Miss;
import io.caravan.database.Database;
import io.caravan.database.outbox.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges deadlines and expectations when their time has come, by the calendar and not by runs: so a miss is noticed when nothing ran at all, and after a time in which nobody was there to
 * notice. Each is told once. A paused workflow misses nothing.
 */
final class JudgementDuty implements Timekeeper.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(JudgementDuty.class);
    private static final int AT_ONCE = 200;
    private static final Duration TELL_OPEN_EVERY = Duration.ofSeconds(5);
    private static final Duration OPEN_FOR = Duration.ofDays(1);

    private final Database database;
    private final Definitions definitions;
    private final Function<DagDefinition, Timetable> timetables;
    private final Function<String, BusinessCalendar> calendars;
    private final DagEvents events;
    private final JudgementRepository judgements;
    private final MissRepository misses;
    private final Outbox outbox;
    private Instant toldOpen = Instant.EPOCH;

    JudgementDuty(
            Database database,
            Definitions definitions,
            Function<DagDefinition, Timetable> timetables,
            Function<String, BusinessCalendar> calendars,
            DagEvents events) {
        this.database = database;
        this.definitions = definitions;
        this.timetables = timetables;
        this.calendars = calendars;
        this.events = events;
        this.judgements = new JudgementRepository(database);
        this.misses = new MissRepository(database);
        this.outbox = new Outbox(database, News.TOPIC);
    }

    @Override
    public boolean run(Instant now) {
        int judged;
        do {
            List<Miss> told = new ArrayList<>();
            judged = database.inTransaction(connection -> some(now, told));
            told.forEach(this::tell);
        } while (judged == AT_ONCE);
        if (!toldOpen.plus(TELL_OPEN_EVERY).isAfter(now)) {
            toldOpen = now;
            events.openMisses(misses.open(now.minus(OPEN_FOR)));
        }
        return false;
    }

    private int some(Instant now, List<Miss> told) {
        List<Due> due = judgements.due(now, AT_ONCE);
        for (Due each : due) {
            judge(each, now, told);
        }
        return due.size();
    }

    private void judge(Due due, Instant now, List<Miss> told) {
        Optional<DagDefinition> definition = definitions.find(due.dag(), due.version());
        if (definition.isEmpty()) {
            judgements.judged(due.dag(), now, null);
            return;
        }
        Optional<Deadlines> deadlines = deadlines(definition.get());
        Optional<Expectations> expectations = expectations(definition.get());
        if (!due.paused()) {
            List<Miss> missed = new ArrayList<>();
            deadlines.ifPresent(each -> each.between(due.judgedUntil(), now, AT_ONCE).stream()
                    .filter(deadline -> deadline.tick().dueAt().isAfter(due.firstSeen()))
                    .forEach(deadline -> deadline(due.dag(), deadline, now).ifPresent(missed::add)));
            expectations.ifPresent(each -> each.between(due.judgedUntil(), now, AT_ONCE)
                    .forEach(check -> expectation(due.dag(), check, now).ifPresent(missed::add)));
            List<Miss> fresh = missed.isEmpty() ? List.of() : misses.insert(missed);
            outbox.tell(
                    fresh.stream().map(miss -> News.missed(miss, miss.kind())).toList(), now);
            told.addAll(fresh);
        }
        Instant next = Stream.of(
                        deadlines.flatMap(each -> each.next(now)).map(Deadline::at),
                        expectations.flatMap(each -> each.next(now)).map(Check::at))
                .flatMap(Optional::stream)
                .min(Instant::compareTo)
                .orElse(null);
        judgements.judged(due.dag(), now, next);
    }

    private Optional<Deadlines> deadlines(DagDefinition dag) {
        return dag.timing().isEmpty()
                ? Optional.empty()
                : dag.deadline().map(allowed -> new Deadlines(timetables.apply(dag), allowed));
    }

    private Optional<Expectations> expectations(DagDefinition dag) {
        ZoneId zone = dag.timing().map(Timing::zone).orElse(ZoneOffset.UTC);
        return dag.expect().map(expect -> Expectations.of(expect, zone, calendars));
    }

    private Optional<Miss> deadline(String dag, Deadline deadline, Instant now) {
        if (judgements.hasSucceeded(dag, deadline.tick().logicalTime(), deadline.at())) {
            return Optional.empty();
        }
        String state = judgements.stateOf(dag, deadline.tick().logicalTime());
        return Optional.of(new Miss(
                dag,
                "deadline",
                deadline.tick().logicalTime(),
                deadline.at(),
                now,
                "the run of " + deadline.tick().logicalTime() + " was due at "
                        + deadline.tick().dueAt() + " and had not succeeded by " + deadline.at() + ": " + state));
    }

    private Optional<Miss> expectation(String dag, Check check, Instant now) {
        Optional<Instant> last = judgements.lastSuccess(dag, check.at());
        if (last.filter(check::isKeptBy).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(new Miss(
                dag,
                "expectation",
                check.expectedAt(),
                check.at(),
                now,
                "a success since " + check.successSince() + " was expected by " + check.at() + "; the last one "
                        + last.map(at -> "was at " + at).orElse("is not known")));
    }

    private void tell(Miss miss) {
        LOG.warn("dag={} missed={} {}", miss.dag(), miss.kind(), miss.detail());
        events.missed(miss.dag(), miss.kind());
    }
}
