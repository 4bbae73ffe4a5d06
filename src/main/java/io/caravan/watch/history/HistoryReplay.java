package io.caravan.watch.history;

import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Explanations;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.HourTrust;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.detect.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;

/**
 * Runs a history through the detector minute by minute, as the service would have: it learns each hour when it is over, judges each gap when it is there, and opens and closes alarms. Silences
 * may be made up to see how soon they are found. Safe for any thread.
 */
public final class HistoryReplay {
    /** A made-up silence that takes longer to be found wasn't. */
    private static final Duration PATIENCE = Duration.ofDays(14);

    private static final Duration HOUR = Duration.ofHours(1);
    private static final int TRIES = 200;

    private final Detector detector;
    private final Explanations explanations;

    public HistoryReplay(Detector detector) {
        this.detector = detector;
        this.explanations = new Explanations(detector);
    }

    public SeriesReport run(String name, ArrivalHistory history, Expectation expectation, ReplaySettings settings) {
        Expectation known = withUnknown(expectation, history);
        NavigableSet<Long> drops = drops(history, known, settings);
        Run run = new Run(name, history, known, settings);
        for (int hour = 0; hour < history.hours(); hour++) {
            long end = history.startOf(hour).plus(HOUR).getEpochSecond();
            while (!drops.isEmpty() && drops.first() < end) {
                run.inject(hour, drops.pollFirst());
            }
            run.pass(hour);
        }
        return run.report();
    }

    /** Of hours that nobody knows silence proves nothing. */
    private static Expectation withUnknown(Expectation expectation, ArrivalHistory history) {
        List<Window> windows = new ArrayList<>(expectation.windows());
        for (int hour = 0; hour < history.hours(); hour++) {
            if (!history.isKnown(hour)) {
                int end = hour;
                while (end < history.hours() && !history.isKnown(end)) {
                    end++;
                }
                windows.add(new Window(
                        Window.Kind.EXPECTED,
                        history.startOf(hour),
                        history.startOf(end - 1).plus(HOUR),
                        "no data"));
                hour = end;
            }
        }
        return expectation.withWindows(windows);
    }

    /** Half of the silences begin from Monday to Friday between 8 and 17, half between 23 and 5. */
    private static NavigableSet<Long> drops(ArrivalHistory history, Expectation expectation, ReplaySettings settings) {
        Random random = new Random(settings.seed());
        NavigableSet<Long> drops = new TreeSet<>();
        Instant first = history.startOf(0).plus(settings.warmUp());
        long minutes =
                Duration.between(first, history.startOf(history.hours() - 1)).toMinutes();
        for (int tries = 0; drops.size() < settings.injected() && tries < TRIES * settings.injected(); tries++) {
            Instant at = minutes <= 0 ? first : first.plusSeconds(60 * (long) (random.nextDouble() * minutes));
            boolean business = drops.size() % 2 == 0;
            if (minutes > 0 && isWanted(at.atZone(expectation.zone()), business) && !settings.isExcluded(at)) {
                drops.add(at.getEpochSecond());
            }
        }
        return drops;
    }

    private static boolean isWanted(ZonedDateTime at, boolean business) {
        return business ? isBusiness(at) : at.getHour() >= 23 || at.getHour() < 5;
    }

    private static boolean isBusiness(ZonedDateTime at) {
        return at.getDayOfWeek().getValue() <= 5 && at.getHour() >= 8 && at.getHour() < 17;
    }

    /** One pass over one history. */
    private final class Run {
        private final String name;
        private final ArrivalHistory history;
        private final Expectation expectation;
        private final ReplaySettings settings;
        private final Instant judgedFrom;
        private final List<ReplayAlarm> alarms = new ArrayList<>();
        private final List<InjectedSilence> injected = new ArrayList<>();

        private Pattern pattern = Pattern.EMPTY;
        private Optional<Instant> lastArrival = Optional.empty();
        private Optional<ReplayAlarm> open = Optional.empty();
        private Optional<Instant> recoveredAt = Optional.empty();
        private boolean relapse;
        private int returned;
        private long judgedHours;

        Run(String name, ArrivalHistory history, Expectation expectation, ReplaySettings settings) {
            this.name = name;
            this.history = history;
            this.expectation = expectation;
            this.settings = settings;
            this.judgedFrom = history.startOf(0).plus(settings.warmUp());
        }

        void pass(int hour) {
            Instant start = history.startOf(hour);
            HourCount count = history.hour(hour);
            boolean inAlarm = open.isPresent();
            for (long left = count.minutes(); left != 0; left &= left - 1) {
                Instant arrival = start.plusSeconds(60L * Long.numberOfTrailingZeros(left));
                judge(start, arrival);
                recover(arrival);
                lastArrival = Optional.of(arrival);
            }
            judge(start, start.plus(HOUR));
            pattern = detector.learn(
                    pattern,
                    expectation,
                    List.of(count),
                    start.plus(HOUR),
                    at -> inAlarm || open.isPresent() ? HourTrust.ALARM : HourTrust.NORMAL);
            if (!start.isBefore(judgedFrom) && !settings.isExcluded(start) && history.isKnown(hour)) {
                judgedHours++;
            }
        }

        /** Opens an alarm if the deadline passed since the last look; an earlier look would have seen it. */
        private void judge(Instant lookedAt, Instant now) {
            if (open.isEmpty() && lastArrival.isPresent()) {
                Instant last = lastArrival.get();
                deadline(pattern, last, now).ifPresent(at -> open(at.isBefore(lookedAt) ? lookedAt : at, last));
            }
        }

        private Optional<Instant> deadline(Pattern learned, Instant last, Instant now) {
            if (Duration.between(last, now).compareTo(detector.settings().minSilence()) < 0) {
                return Optional.empty();
            }
            return detector.silence(learned, expectation, last, now).alarmAt().filter(at -> at.isBefore(now));
        }

        private void open(Instant at, Instant last) {
            SilenceVerdict verdict = detector.silence(pattern, expectation, last, at);
            String sentence =
                    explanations.silence(name, pattern, expectation, verdict).sentence();
            open = Optional.of(new ReplayAlarm(at, last, Optional.empty(), sentence));
            relapse = recoveredAt
                    .filter(recovery -> detector.isRelapse(pattern, recovery, at))
                    .isPresent();
        }

        private void recover(Instant arrival) {
            open.ifPresent(
                    alarm -> keep(new ReplayAlarm(alarm.at(), alarm.since(), Optional.of(arrival), alarm.sentence())));
            if (open.isPresent()) {
                recoveredAt = Optional.of(arrival);
            }
            open = Optional.empty();
        }

        /** The trouble before that comes back isn't another one. */
        private void keep(ReplayAlarm alarm) {
            if (relapse) {
                returned++;
            } else if (!alarm.at().isBefore(judgedFrom) && !settings.isExcluded(alarm.at())) {
                alarms.add(alarm);
            }
        }

        /** From a moment within this hour on nothing comes, and the detector learns on as it would. */
        void inject(int hour, long drop) {
            long missing = history.nextArrival(drop);
            if (open.isPresent() || missing < 0 || lastArrival.isEmpty()) {
                return;
            }
            Instant from = Instant.ofEpochSecond(drop);
            HourCount cut = history.hourUntil(
                    hour, (int) Duration.between(history.startOf(hour), from).toMinutes());
            Instant last = cut.minutes() == 0
                    ? lastArrival.get()
                    : cut.start().plusSeconds(60L * (63 - Long.numberOfLeadingZeros(cut.minutes())));
            Optional<Instant> found = find(cut, last, from);
            Instant firstMissing = Instant.ofEpochSecond(missing);
            if (found.isEmpty() || !found.get().isBefore(firstMissing)) {
                boolean business = isBusiness(from.atZone(expectation.zone()));
                injected.add(new InjectedSilence(from, business, last, firstMissing, found));
            }
        }

        private Optional<Instant> find(HourCount first, Instant last, Instant from) {
            Pattern learned = pattern;
            HourCount count = first;
            Instant lookedAt = from;
            while (lookedAt.isBefore(from.plus(PATIENCE))) {
                Instant end = count.start().plus(HOUR);
                Optional<Instant> alarm = deadline(learned, last, end);
                if (alarm.isPresent()) {
                    return Optional.of(alarm.get().isBefore(lookedAt) ? lookedAt : alarm.get());
                }
                learned = detector.learn(learned, expectation, List.of(count), end);
                count = HourCount.empty(end);
                lookedAt = end;
            }
            return Optional.empty();
        }

        SeriesReport report() {
            open.ifPresent(this::keep);
            Instant until = history.startOf(history.hours() - 1).plus(HOUR);
            return new SeriesReport(name, history.startOf(0), until, judgedHours, alarms, returned, injected);
        }
    }
}
