package io.caravan.watch.judge;

import io.caravan.watch.arrivals.ArrivalHour;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.HourCount;
import io.caravan.watch.detect.HourTrust;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.expect.LiveProfiles;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.judge.Judgement.Shares;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Learns the hours that are complete, late events included, and judges vehicles and packets in them. Hours inside of an episode teach less, those of one that is known to be real teach nothing.
 * Reads; writes nothing. For one thread.
 */
final class Lessons {
    private static final Duration LEAST_GRACE = Duration.ofMinutes(5);
    private static final Duration MOST_GRACE = Duration.ofHours(6);
    private static final int LAGS_OF_GRACE = 4;

    /** As far as one look learns of a merged stream at once: the sum over many fleets takes its time. */
    private static final Duration MERGED_AT_ONCE = Duration.ofDays(7);

    /** Together with others are learned those that have no more to learn than that. */
    private static final Duration RECENT = Duration.ofHours(30);

    private final Detector detector;
    private final ArrivalRepository arrivals;
    private final EpisodeRepository episodes;
    private final MembershipRepository members;
    private final SilentMembers silentMembers;
    private final LiveProfiles profiles;
    private final Duration keep;

    Lessons(
            Detector detector,
            ArrivalRepository arrivals,
            EpisodeRepository episodes,
            MembershipRepository members,
            SilentMembers silentMembers,
            LiveProfiles profiles,
            Duration keep) {
        this.detector = detector;
        this.arrivals = arrivals;
        this.episodes = episodes;
        this.members = members;
        this.silentMembers = silentMembers;
        this.profiles = profiles;
        this.keep = keep;
    }

    /** @param learned whether the pattern is another than before */
    record Lesson(Pattern pattern, Shares shares, boolean learned) {}

    /** The newest hour that is complete by then begins where the answer ends. */
    static Instant completeUntil(Row row, Instant now) {
        return now.minus(grace(row)).truncatedTo(ChronoUnit.HOURS);
    }

    /** When the next hour will be complete; series take turns. */
    static Instant nextLesson(Row row, Instant now) {
        Duration turn = Duration.ofSeconds(Math.floorMod(row.series().id() * 37, 600));
        return completeUntil(row, now)
                .plus(1, ChronoUnit.HOURS)
                .plus(grace(row))
                .plus(turn);
    }

    private static Duration grace(Row row) {
        Duration lag = row.pulse()
                .flatMap(Pulse::usualLag)
                .map(usual -> usual.plus(row.pulse()
                        .flatMap(Pulse::lagDeviation)
                        .orElse(Duration.ZERO)
                        .multipliedBy(LAGS_OF_GRACE)))
                .orElse(LEAST_GRACE);
        if (lag.compareTo(LEAST_GRACE) < 0) {
            return LEAST_GRACE;
        }
        return lag.compareTo(MOST_GRACE) > 0 ? MOST_GRACE : lag;
    }

    /** What each of these has to learn by now; those that have nothing to learn keep their pattern. */
    Map<Long, Lesson> learn(List<Row> rows, Map<Long, Expectation> expectations, Instant now) {
        Map<Long, Lesson> lessons = new HashMap<>();
        List<Row> pupils = new ArrayList<>();
        for (Row row : rows) {
            Pattern known = row.pattern().orElse(Pattern.EMPTY);
            lessons.put(row.series().id(), new Lesson(known, Shares.UNKNOWN, false));
            boolean isPupil = row.series().retiredAt().isEmpty()
                    && known.learnedUntil()
                            .map(until -> until.isBefore(completeUntil(row, now)))
                            .orElse(true);
            if (isPupil) {
                pupils.add(row);
            }
        }
        if (!pupils.isEmpty()) {
            Map<Long, List<Episode>> troubles = troubles(pupils, now);
            Map<Long, List<HourCount>> recent = recentHours(pupils, now);
            for (Row row : pupils) {
                long id = row.series().id();
                List<HourCount> hours =
                        recent.containsKey(id) ? Objects.requireNonNull(recent.get(id)) : allHours(row, now);
                lessons.put(
                        id,
                        lesson(
                                row,
                                past(row, hours, Objects.requireNonNull(expectations.get(id)), now),
                                hours,
                                troubles.getOrDefault(id, List.of()),
                                now));
            }
        }
        return lessons;
    }

    /** What is learned anew from hours of long ago lies in windows that nobody else asks for any more. */
    private Expectation past(Row row, List<HourCount> hours, Expectation expectation, Instant now) {
        return hours.isEmpty() || hours.get(0).start().isAfter(now.minus(Windows.LOOKED_BACK))
                ? expectation
                : profiles.past(row, expectation, hours.get(0).start(), learnUntil(row, now));
    }

    /** Of the hours that were learned at an earlier look. */
    Shares sharesAgain(Row row, Pattern pattern, Expectation expectation, Instant now) {
        if (pattern.learnedUntil().isEmpty()) {
            return Shares.UNKNOWN;
        }
        Instant until = pattern.learnedUntil().get();
        long id = row.series().id();
        List<ArrivalHour> hours = row.series().kind().isMerged()
                ? arrivals.mergedHours(id, share(until), until)
                : arrivals.hours(List.of(id), share(until), until);
        List<HourCount> counts = hours.stream().map(Lessons::count).toList();
        Expectation rest = besideMembers(row, expectation, until, now);
        return new Shares(
                Optional.of(detector.vehicles(pattern, rest, counts, until)),
                Optional.of(detector.volume(pattern, rest, counts, until)));
    }

    private Lesson lesson(
            Row row, Expectation expectation, List<HourCount> hours, List<Episode> troubles, Instant now) {
        Pattern before = row.pattern().orElse(Pattern.EMPTY);
        Instant until = learnUntil(row, now);
        Expectation beside = besideMembers(row, besideSilences(expectation, troubles, now), until, now);
        Shares shares = new Shares(
                Optional.of(detector.vehicles(before, beside, hours, until)),
                Optional.of(detector.volume(before, beside, hours, until)));
        Pattern after = detector.learn(before, expectation, hours, until, hour -> trust(hour, troubles, now));
        return new Lesson(after, before.isBorn() ? shares : Shares.UNKNOWN, !after.equals(before));
    }

    /** What was missing during a silence is no second problem after it. */
    private static Expectation besideSilences(Expectation expectation, List<Episode> troubles, Instant now) {
        List<Window> windows = new ArrayList<>(expectation.windows());
        for (Episode trouble : troubles) {
            Instant end = trouble.end(now);
            if (trouble.kind() == EpisodeKind.SILENT && trouble.since().isBefore(end)) {
                windows.add(new Window(Window.Kind.EXPECTED, trouble.since(), end, "silent"));
            }
        }
        return expectation.withWindows(windows);
    }

    /** What a member's own trouble explains is none of the merged stream's. */
    private Expectation besideMembers(Row row, Expectation expectation, Instant until, Instant now) {
        return row.series().kind().isMerged()
                ? silentMembers.without(row, expectation, share(until), until, now)
                : expectation;
    }

    private Instant learnUntil(Row row, Instant now) {
        Instant complete = completeUntil(row, now);
        if (!row.series().kind().isMerged()) {
            return complete;
        }
        Instant most = firstHour(row, now).plus(MERGED_AT_ONCE);
        return most.isBefore(complete) ? most : complete;
    }

    private Instant firstHour(Row row, Instant now) {
        Instant oldest = now.minus(keep).truncatedTo(ChronoUnit.HOURS);
        Optional<Instant> learned = row.pattern().flatMap(Pattern::learnedUntil);
        if (learned.isEmpty() && row.series().kind().isMerged()) {
            Instant first = members.firstHour(row.series().id(), now);
            return first.isAfter(oldest) ? first : oldest;
        }
        return learned.filter(until -> until.isAfter(oldest)).orElse(oldest);
    }

    private Instant share(Instant until) {
        Duration window = detector.settings().volumeWindow();
        Duration other = detector.settings().shareWindow();
        return until.minus(window.compareTo(other) > 0 ? window : other);
    }

    /** The hours of all fleets that have little to learn, in one question. */
    private Map<Long, List<HourCount>> recentHours(List<Row> pupils, Instant now) {
        List<Long> ids = pupils.stream()
                .filter(row -> !row.series().kind().isMerged())
                .filter(row -> row.pattern()
                        .flatMap(Pattern::learnedUntil)
                        .filter(until -> until.isAfter(now.minus(RECENT)))
                        .isPresent())
                .map(row -> row.series().id())
                .toList();
        Map<Long, List<HourCount>> hours = new HashMap<>();
        ids.forEach(id -> hours.put(id, new ArrayList<>()));
        if (!ids.isEmpty()) {
            arrivals.hours(ids, now.minus(RECENT).truncatedTo(ChronoUnit.HOURS), now)
                    .forEach(hour ->
                            Objects.requireNonNull(hours.get(hour.seriesId())).add(count(hour)));
        }
        return hours;
    }

    private List<HourCount> allHours(Row row, Instant now) {
        Instant first = firstHour(row, now);
        Instant window = share(learnUntil(row, now));
        Instant since = window.isBefore(first) ? window : first;
        long id = row.series().id();
        List<ArrivalHour> hours = row.series().kind().isMerged()
                ? arrivals.mergedHours(id, since, learnUntil(row, now))
                : arrivals.hours(List.of(id), since, learnUntil(row, now));
        return hours.stream().map(Lessons::count).toList();
    }

    static HourCount count(ArrivalHour hour) {
        return new HourCount(hour.start(), hour.minutes(), hour.packets(), hour.vehicles());
    }

    private Map<Long, List<Episode>> troubles(List<Row> pupils, Instant now) {
        List<Long> ids = pupils.stream().map(row -> row.series().id()).toList();
        // shares reach farther back than what is learned
        Instant since = pupils.stream()
                .flatMap(row -> Stream.of(firstHour(row, now), share(learnUntil(row, now))))
                .min(Instant::compareTo)
                .orElse(now);
        return episodes.openAfter(ids, since).stream().collect(Collectors.groupingBy(Episode::series));
    }

    private static HourTrust trust(Instant hour, List<Episode> troubles, Instant now) {
        Instant end = hour.plus(1, ChronoUnit.HOURS);
        HourTrust trust = HourTrust.NORMAL;
        for (Episode trouble : troubles) {
            boolean within = trouble.since().isBefore(end) && trouble.end(now).isAfter(hour);
            if (within && trouble.isReal()) {
                return HourTrust.OUTAGE;
            } else if (within) {
                trust = HourTrust.ALARM;
            }
        }
        return trust;
    }
}
