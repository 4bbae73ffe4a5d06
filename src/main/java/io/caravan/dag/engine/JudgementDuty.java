package io.caravan.dag.engine;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.dag.definition.DagDefinition;
import io.caravan.dag.definition.Definitions;
import io.caravan.dag.definition.Timing;
import io.caravan.dag.engine.JudgementRepository.Due;
import io.caravan.dag.engine.JudgementRepository.PastRules;
import io.caravan.dag.event.DagEvents;
import io.caravan.dag.event.MissRepository;
import io.caravan.dag.event.MissRepository.Miss;
import io.caravan.dag.event.News;
import io.caravan.dag.schedule.CatchUpPlan;
import io.caravan.dag.schedule.Deadlines;
import io.caravan.dag.schedule.Deadlines.Deadline;
import io.caravan.dag.schedule.Expectations;
import io.caravan.dag.schedule.Expectations.Check;
import io.caravan.dag.schedule.Rules;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.schedule.Timetable;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges deadlines and expectations when their time has come, by the calendar and not by runs: so a miss is noticed when nothing ran at all, and after a time in which nobody was there to
 * notice. Each is told once, by the definition that held when it was due. A paused workflow misses nothing, nor does one that was
 * unpaused miss those runs of the pause that its catch-up left out.
 */
final class JudgementDuty implements Timekeeper.Duty {
    private static final Logger LOG = LoggerFactory.getLogger(JudgementDuty.class);
    private static final int AT_ONCE = 200;
    private static final Duration TELL_OPEN_EVERY = Duration.ofSeconds(5);
    private static final Duration OPEN_FOR = Duration.ofDays(1);
    private static final Duration LATER = Duration.ofMinutes(1);

    /** So long a success may have gone unseen that was recorded in the moment in which its absence was. */
    private static final Duration CROSSING = Duration.ofMinutes(1);

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
        int judged = 0;
        int due;
        do {
            List<Miss> told = new ArrayList<>();
            due = database.inTransaction(connection -> some(now, told));
            told.forEach(this::tell);
            judged += due;
        } while (due > 0);
        boolean tellsOpen = !toldOpen.plus(TELL_OPEN_EVERY).isAfter(now);
        if (judged > 0 || tellsOpen) {
            takeBack(now);
        }
        if (tellsOpen) {
            toldOpen = now;
            events.openMisses(misses.open(now.minus(OPEN_FOR)));
        }
        return false;
    }

    private int some(Instant now, List<Miss> told) {
        List<Due> due = judgements.due(now, AT_ONCE);
        for (Due each : due) {
            attempt(each, now, told);
        }
        return due.size();
    }

    /** What was missed has been made good, only that this wasn't noticed before. */
    private void takeBack(Instant now) {
        database.runInTransaction(connection -> outbox.tell(
                misses.resolveMadeGood(now.minus(CROSSING), now).stream()
                        .map(News::resolved)
                        .toList(),
                now));
    }

    /** A workflow that can't be judged, since its calendar can't be read, say, must not keep the others from being judged. */
    private void attempt(Due due, Instant now, List<Miss> told) {
        try {
            told.addAll(database.inTransaction(connection -> judge(due, now)));
        } catch (RuntimeException e) {
            LOG.error("dag={} its deadline and expectation can't be judged; trying again in {}", due.dag(), LATER, e);
            judgements.later(due.dag(), now.plus(LATER));
        }
    }

    private List<Miss> judge(Due due, Instant now) {
        List<Rules> all = rules(due);
        Piece piece = due.paused() ? new Piece(now, List.of(), List.of()) : Piece.of(all, due.judgedUntil(), now);
        List<Miss> missed = new ArrayList<>();
        piece.deadlines().forEach(each -> deadline(due, each, now).ifPresent(missed::add));
        piece.checks().forEach(each -> expectation(due, each, now).ifPresent(missed::add));
        List<Miss> fresh = missed.isEmpty() ? List.of() : misses.insert(missed);
        outbox.tell(fresh.stream().map(News::missed).toList(), now);
        Instant next = piece.until().isBefore(now)
                ? piece.until()
                : all.stream()
                        .flatMap(each -> each.next(now).stream())
                        .min(Instant::compareTo)
                        .orElse(null);
        judgements.judged(due.dag(), piece.until(), next);
        return fresh;
    }

    /** As much as is judged at once: of a long absence one piece after the other. */
    private record Piece(Instant until, List<Of<Deadline>> deadlines, List<Of<Check>> checks) {
        static Piece of(List<Rules> all, Instant after, Instant now) {
            List<Of<Deadline>> deadlines = new ArrayList<>();
            List<Of<Check>> checks = new ArrayList<>();
            Instant until = now;
            for (Rules each : all) {
                List<Deadline> some = each.deadlines(after, now, AT_ONCE);
                List<Check> others = each.checks(after, now, AT_ONCE);
                until = end(until, some.stream().map(Deadline::at).toList());
                until = end(until, others.stream().map(Check::at).toList());
                some.forEach(deadline -> deadlines.add(new Of<>(each.dag(), deadline)));
                others.forEach(check -> checks.add(new Of<>(each.dag(), check)));
            }
            Instant end = until;
            deadlines.removeIf(each -> each.judged().at().isAfter(end));
            checks.removeIf(each -> each.judged().at().isAfter(end));
            return new Piece(end, deadlines, checks);
        }

        private static Instant end(Instant until, List<Instant> times) {
            boolean isCut = times.size() == AT_ONCE && times.get(AT_ONCE - 1).isBefore(until);
            return isCut ? times.get(AT_ONCE - 1) : until;
        }
    }

    /** What is judged by a definition. */
    private record Of<T>(DagDefinition dag, T judged) {}

    private List<Rules> rules(Due due) {
        List<Rules> all = new ArrayList<>();
        for (PastRules past : judgements.pastRules(due.dag())) {
            Optional<Rules> rules = rules(due, past);
            if (rules.flatMap(each -> each.next(due.judgedUntil())).isEmpty()) {
                judgements.forget(due.dag(), past);
            } else {
                all.add(rules.get());
            }
        }
        rules(due, due.version(), due.rulesSince(), Optional.empty()).ifPresent(all::add);
        return all;
    }

    /** Those that can't be read any more, since their calendar is gone, must not keep the present ones from judging. */
    private Optional<Rules> rules(Due due, PastRules past) {
        try {
            return rules(due, past.version(), past.since(), Optional.of(past.until()));
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "dag={} what was due until {} can't be judged by version {} any more: {}",
                    due.dag(),
                    past.until(),
                    past.version(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Rules> rules(Due due, int version, Instant since, Optional<Instant> until) {
        return definitions
                .find(due.dag(), version)
                .map(dag -> new Rules(dag, since, until, due.presentSince(), deadlines(dag), expectations(dag)));
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

    private Optional<Miss> deadline(Due due, Of<Deadline> of, Instant now) {
        Deadline deadline = of.judged();
        Tick tick = deadline.tick();
        if (judgements.hasSucceeded(due.dag(), tick.logicalTime(), deadline.at()) || isLeftOut(due, of.dag(), tick)) {
            return Optional.empty();
        }
        String state = judgements
                .stateOf(due.dag(), tick.logicalTime())
                .map(each -> "it is " + each)
                .orElse("it never began");
        return Optional.of(new Miss(
                due.dag(),
                "deadline",
                tick.logicalTime(),
                deadline.at(),
                now,
                "the run of " + tick.logicalTime() + " was due at " + tick.dueAt() + " and had not succeeded by "
                        + deadline.at() + ": " + state));
    }

    /** Whether the tick passed in a pause, and catch-up made no run of it. */
    private boolean isLeftOut(Due due, DagDefinition dag, Tick tick) {
        return due.resumedAt()
                        .filter(resumed -> !CatchUpPlan.owes(timetables.apply(dag), tick, resumed))
                        .isPresent()
                && judgements.stateOf(due.dag(), tick.logicalTime()).isEmpty();
    }

    private Optional<Miss> expectation(Due due, Of<Check> of, Instant now) {
        Check check = of.judged();
        Optional<Instant> last = judgements.lastSuccess(due.dag(), check.at());
        if (last.filter(check::isKeptBy).isPresent() || isRunLeftOut(due, of.dag(), check)) {
            return Optional.empty();
        }
        return Optional.of(new Miss(
                due.dag(),
                "expectation",
                check.expectedAt(),
                check.at(),
                now,
                "a success since " + check.successSince() + " was expected by " + check.at() + "; the last one "
                        + last.map(at -> "was at " + at).orElse("is not known")));
    }

    /** Whether all that the schedule would have run for a success in time passed in a pause, and catch-up made no run of it. */
    private boolean isRunLeftOut(Due due, DagDefinition dag, Check check) {
        boolean wasPaused = due.resumedAt()
                .filter(resumed -> resumed.isAfter(check.successSince()))
                .isPresent();
        return wasPaused
                && dag.timing().isPresent()
                && timetables
                        .apply(dag)
                        .latest(check.at())
                        .filter(tick -> tick.dueAt().isAfter(check.successSince()))
                        .filter(tick -> !isLeftOut(due, dag, tick))
                        .isEmpty();
    }

    private void tell(Miss miss) {
        LOG.warn("dag={} missed={} {}", miss.dag(), miss.kind(), miss.detail());
        events.missed(miss.dag(), miss.kind());
    }
}
