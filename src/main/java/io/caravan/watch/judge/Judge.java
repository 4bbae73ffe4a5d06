package io.caravan.watch.judge;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.LagVerdict;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Presence;
import io.caravan.watch.detect.ShareVerdict;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.detect.WeekPrior;
import io.caravan.watch.detect.Window;
import io.caravan.watch.judge.Judgement.Shares;
import io.caravan.watch.judge.Judgement.Spread;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.Standing;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Turns what is known of a series into its state and the moment of the next look. Pure; safe for any thread.
 */
final class Judge {
    /** In an hour with less than so many active minutes to expect nobody is missed yet. */
    private static final double QUIET_HOUR = 0.5;

    /** A silent merged stream is back when packets have kept coming for so long. */
    private static final Duration SETTLED = Duration.ofMinutes(1);

    private static final Duration SETTLED_WITHOUT_MORE = Duration.ofMinutes(10);
    private static final Duration SILENT_AGAIN = Duration.ofSeconds(30);
    private static final Duration SILENT_LONG = Duration.ofMinutes(15);
    private static final Duration LAG_AGAIN = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Unless it is learned or written, events may be so old. */
    private static final Duration LEAST_LAG_LIMIT = Duration.ofMinutes(30);

    private static final double LAGS_THAT_ARE_NORMAL = 3;

    /** By how much of itself the limit may follow the lag in an hour, lest it follow it into trouble. */
    private static final double LAG_LIMIT_GROWTH = 0.05;

    private static final double SHARE_THAT_IS_WELL = 0.9;

    /** What peers do is less certain than what it did itself. */
    private static final double PEERS_MARGIN = 3;

    private final Detector detector;
    private final StateRules rules;

    Judge(Detector detector) {
        this.detector = detector;
        this.rules = StateRules.lateAt(detector.settings().lateScore());
    }

    /**
     * What is looked at.
     *
     * @param profile with the windows of maintenance and expected silence
     * @param deaf times in which no arrivals were counted
     * @param shares of the complete hours that were learned at this look
     * @param worksNext when the next hour can be learned, or a time be reviewed in which nobody looked
     */
    record Facts(
            Series series,
            Standing standing,
            Optional<Pulse> pulse,
            Pattern pattern,
            Profile profile,
            List<Window> deaf,
            Shares shares,
            Spread spread,
            boolean retired,
            boolean judged,
            Instant worksNext) {}

    Judgement judge(Facts facts, Instant now) {
        Standing was = facts.standing();
        Optional<Instant> lastArrival = facts.pulse().flatMap(Pulse::lastArrivalAt);
        Instant since = Stream.of(
                        lastArrival,
                        was.excusedAt(),
                        lastArrival.isPresent()
                                ? Optional.<Instant>empty()
                                : Optional.of(facts.series().bornAt()))
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .map(at -> at.isAfter(now) ? now : at)
                .orElse(now);
        Expectation heard = facts.profile().expectation();
        Expectation expectation =
                facts.deaf().isEmpty() ? heard : heard.withWindows(concat(heard.windows(), facts.deaf()));
        SilenceVerdict silence = detector.silence(facts.pattern(), expectation, since, now);
        boolean arrived = hasArrived(facts, lastArrival, now);
        boolean overdue =
                was.state() == SeriesState.MAINTENANCE && !arrived && isOverdue(facts, expectation, since, now);
        boolean quietHour = detector.expectedMinutes(facts.pattern(), heard.withWindows(List.of()), now) < QUIET_HOUR;
        boolean window = heard.windowAt(now).isPresent() || (overdue && quietHour);
        Lag lag = lag(facts, lastArrival);
        // what was missing during a silence is no second problem after it
        boolean silent = was.state() == SeriesState.SILENT;
        double partial =
                silent ? facts.spread().score() : share(facts.shares().vehicles(), was.partial(), facts.spread());
        double volume = silent ? 0 : share(facts.shares().volume(), was.volume(), Spread.NONE);
        double margin = isByPeers(facts) ? PEERS_MARGIN : 0;
        boolean awaited = was.excusedAt()
                .filter(at -> lastArrival.isEmpty() || lastArrival.get().isBefore(at))
                .isPresent();
        Signals signals = facts.judged()
                ? new Signals(
                        facts.retired(),
                        window,
                        detector.isYoung(facts.pattern()),
                        arrived,
                        awaited ? Math.max(silence.score(), rules.late()) : silence.score(),
                        silence.threshold() + margin,
                        silence.isAlarm(),
                        overdue,
                        partial,
                        volume,
                        lag.share())
                : unjudged(facts.retired());
        SeriesState state = rules.next(was.state(), signals);
        return new Judgement(
                state,
                signals,
                facts.pattern(),
                facts.profile().expecting(expectation),
                lastArrival,
                silence,
                facts.shares(),
                partial,
                volume,
                lag.verdict(),
                lag.limit(),
                silence.isSevere(),
                nextLook(facts, state, silence, lag, now));
    }

    /** As though there had been no window, of itself or of its members. */
    private boolean isOverdue(Facts facts, Expectation expectation, Instant since, Instant now) {
        Expectation always = expectation.withWindows(facts.deaf()).withPresence(Presence.FULL);
        return detector.silence(facts.pattern(), always, since, now).isAlarm();
    }

    private static Signals unjudged(boolean retired) {
        return new Signals(retired, false, true, true, 0, Double.MAX_VALUE, false, false, 0, 0, 0);
    }

    /** A packet since the state began. A merged stream, which may send one by mere chance, has to go on for a while. */
    private static boolean hasArrived(Facts facts, Optional<Instant> lastArrival, Instant now) {
        Standing was = facts.standing();
        boolean came = lastArrival
                .filter(at ->
                        was.arrivedAt().isEmpty() || at.isAfter(was.arrivedAt().get()))
                .isPresent();
        if (!came || was.state() != SeriesState.SILENT || !facts.series().kind().isMerged()) {
            return came;
        }
        Optional<Instant> resumed = was.resumedAt();
        boolean goesOn = resumed.isPresent()
                && lastArrival.orElseThrow().isAfter(resumed.get())
                && !now.isBefore(resumed.get().plus(SETTLED));
        boolean longAgo = resumed.isPresent() && !now.isBefore(resumed.get().plus(SETTLED_WITHOUT_MORE));
        return goesOn || longAgo;
    }

    private boolean isByPeers(Facts facts) {
        return detector.isYoung(facts.pattern())
                && facts.profile()
                        .expectation()
                        .prior()
                        .filter(prior -> prior.source() == WeekPrior.Source.PEERS)
                        .isPresent();
    }

    private double share(Optional<ShareVerdict> verdict, double before, Spread spread) {
        double own = verdict.map(this::score).orElse(spread.fleets() > 0 ? 0 : before);
        return Math.max(own, spread.score());
    }

    private double score(ShareVerdict verdict) {
        if (verdict.isAlarm()) {
            return Math.max(verdict.score(), rules.share());
        }
        return verdict.share() >= SHARE_THAT_IS_WELL ? 0 : Math.min(verdict.score(), Math.nextDown(rules.share()));
    }

    /** @param share of the limit; only what doesn't shrink from look to look counts, since a stream that catches up is well */
    private record Lag(Optional<LagVerdict> verdict, Optional<Duration> limit, double share, boolean suspect) {}

    private Lag lag(Facts facts, Optional<Instant> lastArrival) {
        Standing was = facts.standing();
        Optional<Duration> usual = facts.pulse().flatMap(Pulse::usualLag);
        Optional<Duration> limit = facts.profile().lagLimit().or(() -> lagLimit(facts));
        Optional<Duration> lag = facts.pulse().flatMap(Pulse::lag);
        if (lag.isEmpty() || limit.isEmpty() || lastArrival.isEmpty() || usual.isEmpty()) {
            return new Lag(Optional.empty(), limit, 0, false);
        }
        LagVerdict verdict = detector.lag(lastArrival.get().minus(lag.get()), lastArrival.get(), limit.get());
        double share = lag.get().toMillis() / (double) Math.max(1, limit.get().toMillis());
        boolean stays = was.lag()
                .filter(before -> before.compareTo(limit.get()) > 0 && lag.get().compareTo(before) >= 0)
                .isPresent();
        boolean counts = stays || was.state() == SeriesState.LAGGING;
        return new Lag(
                Optional.of(verdict), limit, counts ? share : Math.min(share, rules.lagEnds()), verdict.isLagging());
    }

    /** Three times what is usual; follows slowly, and not at all while it lags. */
    private static Optional<Duration> lagLimit(Facts facts) {
        Optional<Duration> before = facts.standing().lagLimit();
        Optional<Pulse> pulse = facts.pulse();
        if (facts.standing().state() == SeriesState.LAGGING && before.isPresent()) {
            return before;
        }
        Optional<Duration> usual = pulse.flatMap(Pulse::usualLag)
                .map(mean -> mean.plus(
                        pulse.flatMap(Pulse::lagDeviation).orElse(Duration.ZERO).multipliedBy(2)))
                .map(each -> Duration.ofMillis((long) (LAGS_THAT_ARE_NORMAL * each.toMillis())))
                .map(each -> each.compareTo(LEAST_LAG_LIMIT) < 0 ? LEAST_LAG_LIMIT : each);
        if (usual.isEmpty() || before.isEmpty() || usual.get().compareTo(before.get()) <= 0) {
            return usual.or(() -> before);
        }
        boolean newHour = !facts.shares().isUnknown();
        Duration most =
                newHour ? Duration.ofMillis((long) (before.get().toMillis() * (1 + LAG_LIMIT_GROWTH))) : before.get();
        return Optional.of(usual.get().compareTo(most) < 0 ? usual.get() : most);
    }

    private static Instant nextLook(Facts facts, SeriesState state, SilenceVerdict silence, Lag lag, Instant now) {
        if (state == SeriesState.RETIRED) {
            return Instant.MAX;
        }
        Stream<Instant> edges = facts.profile().expectation().windows().stream()
                .flatMap(window -> Stream.of(window.from(), window.until()));
        Stream<Instant> soon = Stream.of(
                        silence.nextChange(),
                        Optional.of(facts.worksNext()),
                        Optional.of(now.plus(LONGEST)),
                        state == SeriesState.SILENT ? Optional.of(silentAgain(facts, now)) : Optional.<Instant>empty(),
                        state == SeriesState.MAINTENANCE
                                ? Optional.of(now.truncatedTo(ChronoUnit.HOURS).plus(LONGEST))
                                : Optional.<Instant>empty(),
                        lag.suspect() ? Optional.of(now.plus(LAG_AGAIN)) : Optional.<Instant>empty(),
                        facts.series().kind().isMerged() && facts.judged()
                                ? Optional.of(now.plus(mergedPace(facts)))
                                : Optional.<Instant>empty())
                .flatMap(Optional::stream);
        return Stream.concat(edges, soon)
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo)
                .orElse(now.plus(LONGEST));
    }

    /** A packet has it looked at at once; this is for one that came in the very moment of the last look, and for its severity. */
    private static Instant silentAgain(Facts facts, Instant now) {
        Duration silent = Duration.between(facts.standing().since(), now);
        Duration pause = facts.standing().state() != SeriesState.SILENT
                        || facts.series().kind().isMerged()
                ? SILENT_AGAIN
                : silent.dividedBy(4).compareTo(SILENT_LONG) < 0 ? silent.dividedBy(4) : SILENT_LONG;
        return now.plus(pause.compareTo(SILENT_AGAIN) < 0 ? SILENT_AGAIN : pause);
    }

    /** A large one costs a sum over its fleets, a small one nearly nothing. When a fleet of it is in trouble it is looked at anyway. */
    private static Duration mergedPace(Facts facts) {
        return Duration.ofSeconds(Math.min(300, Math.max(60, facts.spread().fleets() / 5)));
    }

    private static List<Window> concat(List<Window> some, List<Window> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }
}
