package io.caravan.poll;

import io.caravan.calendar.Schedule;
import io.caravan.poll.PollDecision.Call;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.poll.PollDecision.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Decides when a stream calls its provider next, so that each call fetches as many records as it can and yet no record waits longer than
 * the freshness.
 *
 * <ul>
 *   <li>More waits behind the last page: call at once.
 *   <li>Else: call when a page is expected to be full, but soon enough that a record which arrived just after the last call began is fetched,
 *       the call's own duration included, within the freshness.
 *   <li>While the arrival rate is new: call again after no longer than it has been observed for, at first after a second. So a stream that begins shows within seconds
 *       what it brings, at the price of a handful of calls in its life.
 *   <li>With a {@link Schedule}, not when a page is full but at the first tick since the last call: a tick that came while nobody polled is made up once, ticks during a
 *       long catching up are covered by it, and a new stream begins at its first tick.
 *   <li>Never before the last of all obstacles (limit, budget, what the provider asked for, backoff) has fallen.
 * </ul>
 *
 * A page that is full by chance costs a second call that is nearly empty. The plan therefore aims a little short of a full page: two standard
 * deviations of what was observed, at least two records and at most a fifth of a page.
 *
 * <p>Pure, immutable, safe for any thread.
 *
 * @param pageSize most records of one page
 * @param freshness how old the oldest record that isn't fetched yet may become; with a schedule, how long after a tick all must be fetched to be in time
 * @param schedule whose ticks begin the calls; empty: the arrivals decide
 */
public record PollPlan(int pageSize, Duration freshness, Optional<Schedule> schedule) {

    /** The freshness of a stream that names none. */
    public static final Duration DEFAULT_FRESHNESS = Duration.ofSeconds(60);

    /** Counts are whole numbers: so many records may a page have more than expected though arrivals are steady. */
    private static final double ROUNDING = 2;

    private static final double HEADROOM_IN_DEVIATIONS = 2;
    private static final double MOST_HEADROOM = 0.2;

    /** How long the first wait is of a stream whose arrival rate isn't known. */
    private static final Duration FIRST_PROBE = Duration.ofSeconds(1);

    /** From so many observations on the arrival rate is trusted; the waits before are 1, 1, 2 and 4 s. */
    private static final int OBSERVATIONS_TO_TRUST = 4;

    public PollPlan {
        if (pageSize < 1) {
            throw new IllegalArgumentException(
                    "A page of " + pageSize + " records can't be polled; set pageSize to 1 or more.");
        }
        if (freshness.isZero() || freshness.isNegative()) {
            throw new IllegalArgumentException(
                    "A freshness of " + freshness + " can't be kept; set it above zero, such as 60s.");
        }
    }

    /** Without a schedule. */
    public PollPlan(int pageSize, Duration freshness) {
        this(pageSize, freshness, Optional.empty());
    }

    /** A moment and why it is that one. */
    private record Moment(Instant at, Reason reason) {}

    private static final Moment NEVER = new Moment(Instant.MAX, Reason.FRESHNESS);

    public PollDecision next(Instant now, PollHistory history, List<NotBefore> obstacles) {
        Moment moment = wanted(now, history);
        for (NotBefore obstacle : obstacles) {
            if (obstacle.at().isAfter(moment.at())) {
                moment = new Moment(obstacle.at(), obstacle.reason());
            }
        }
        if (!moment.at().isAfter(now)) {
            return new Call();
        }
        return new Wait(Duration.between(now, moment.at()), moment.reason(), lateBy(moment.at(), history));
    }

    /** When the stream would call if nothing stood in its way. */
    private Moment wanted(Instant now, PollHistory history) {
        return schedule.map(ticks -> scheduled(ticks, now, history)).orElseGet(() -> adaptive(now, history));
    }

    private Moment scheduled(Schedule ticks, Instant now, PollHistory history) {
        return history.idleSince()
                .map(since -> new Moment(tickAfter(ticks, earlier(since, now)), Reason.SCHEDULE))
                .orElse(new Moment(now, Reason.SCHEDULE));
    }

    private static Instant tickAfter(Schedule ticks, Instant since) {
        return ticks.next(since, false).orElse(Instant.MAX);
    }

    private Moment adaptive(Instant now, PollHistory history) {
        return history.lastCall()
                .filter(call -> !call.more())
                .map(call -> afterShortPage(earlier(call.startedAt(), now), history))
                .orElse(new Moment(now, Reason.PAGE_NOT_FULL_YET));
    }

    private Moment afterShortPage(Instant lastStart, PollHistory history) {
        Moment due = new Moment(due(lastStart, history), Reason.FRESHNESS);
        return earlier(due, earlier(pageFull(lastStart, history.arrivals()), learning(lastStart, history.arrivals())));
    }

    /** When the page is expected to be as full as is aimed at. */
    private Moment pageFull(Instant lastStart, ArrivalRate arrivals) {
        double secondsToFill = aim(arrivals) / arrivals.perSecond();
        return secondsToFill < freshness.toNanos() / 1e9
                ? new Moment(lastStart.plusNanos((long) Math.ceil(secondsToFill * 1e9)), Reason.PAGE_NOT_FULL_YET)
                : NEVER;
    }

    /** No guess from a few observations is trusted for longer than they lasted. */
    private static Moment learning(Instant lastStart, ArrivalRate arrivals) {
        if (arrivals.observations().size() >= OBSERVATIONS_TO_TRUST) {
            return NEVER;
        }
        Duration observed = arrivals.observed();
        return new Moment(
                lastStart.plus(observed.compareTo(FIRST_PROBE) > 0 ? observed : FIRST_PROBE), Reason.LEARNING);
    }

    private static Moment earlier(Moment one, Moment other) {
        return other.at().isBefore(one.at()) ? other : one;
    }

    /** When a call must begin so that what arrived just after {@code caughtUpAt}, or waits for the tick after that, is fetched within the freshness. */
    private Instant due(Instant caughtUpAt, PollHistory history) {
        Instant wanted = schedule.map(ticks -> tickAfter(ticks, caughtUpAt)).orElse(caughtUpAt);
        Duration allowance = freshness.minus(history.callTime().nearlyAlways());
        return allowance.isNegative() ? wanted : wanted.plus(allowance);
    }

    /** With how many records a page is fetched when there is a choice. */
    private double aim(ArrivalRate arrivals) {
        double headroom = Math.max(ROUNDING, HEADROOM_IN_DEVIATIONS * arrivals.deviation(pageSize));
        return Math.max(1, pageSize - Math.min(headroom, Math.max(1, MOST_HEADROOM * pageSize)));
    }

    private Duration lateBy(Instant start, PollHistory history) {
        return history.caughtUpAt()
                .map(since -> Duration.between(due(since, history), start))
                .filter(late -> !late.isNegative())
                .orElse(Duration.ZERO);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
