package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalHour;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.expect.LiveProfiles;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds silences that began and ended while no watchdog looked, by the times of the packets themselves: what was caught up since is not missing. Where arrivals were counted meanwhile, that is done
 * at the first look; else when a series has caught up, and merged streams had the time to, and only from where its provider's packets were caught up at all. Each series is reviewed once for each
 * absence. Joins the transaction of its caller; for one thread.
 */
final class Review {
    /** After Caravan was down, the fleets of a merged stream need that long until each has sent what it missed. */
    private static final Duration CATCHING_UP = Duration.ofMinutes(30);

    /** Fleets come after the merged streams that may explain their silence. */
    private static final Duration AFTER_MERGED = Duration.ofMinutes(6);

    /** Where the last packet before an absence is looked for: at first, and if there is none. */
    private static final Duration NEAR = Duration.ofHours(25);

    private static final Duration FAR = Duration.ofDays(8);

    private final Detector detector;
    private final Windows windows;
    private final ArrivalRepository arrivals;
    private final EpisodeRepository episodes;
    private final PassedRepository passed;
    private final Map<Absence, Map<String, Instant>> caughtUp = new HashMap<>();

    Review(Database database, Detector detector, Windows windows) {
        this.detector = detector;
        this.windows = windows;
        this.arrivals = new ArrivalRepository(database);
        this.episodes = new EpisodeRepository(database);
        this.passed = new PassedRepository(database);
    }

    /**
     * Notes the worst silence of each that nobody saw, to be told: those of many may be one trouble.
     *
     * @return until when those of these series that it was time for have been reviewed
     */
    Map<Long, Instant> review(List<Row> rows, Map<Long, Profile> profiles, Set<Long> inTrouble, Instant now) {
        List<Absence> absences = windows.absences(now);
        caughtUp.keySet().retainAll(absences);
        Map<Long, Instant> reviewed = new HashMap<>();
        for (Absence absence : absences) {
            List<Row> due = rows.stream()
                    .filter(row -> !inTrouble.contains(row.series().id()))
                    .filter(row -> isDue(row, reviewed, absence, now))
                    .toList();
            if (!due.isEmpty()) {
                Map<Long, SilenceVerdict> worst = worst(due, profiles, absence, now);
                for (Row row : due) {
                    long id = row.series().id();
                    Optional.ofNullable(worst.get(id))
                            .filter(silence ->
                                    silence.isAlarm() || !row.series().kind().isMerged())
                            .ifPresent(silence -> note(row, silence, absence, now));
                    reviewed.put(id, absence.until());
                }
            }
        }
        return reviewed;
    }

    private void note(Row row, SilenceVerdict silence, Absence absence, Instant now) {
        silence.lateAt()
                .filter(at -> silence.isLate())
                .ifPresent(at -> passed.note(
                        new Passed(
                                row.series().id(),
                                silence.since(),
                                at,
                                silence.now(),
                                silence.isAlarm(),
                                absence.from()),
                        now));
    }

    /** What there is to tell of a series by itself, as it is known by now. */
    Optional<SilenceVerdict> worstAlarm(Row row, Profile profile, Absence absence, Instant now) {
        return Optional.ofNullable(worst(List.of(row), Map.of(row.series().id(), profile), absence, now)
                        .get(row.series().id()))
                .filter(SilenceVerdict::isAlarm);
    }

    private Map<Long, SilenceVerdict> worst(List<Row> rows, Map<Long, Profile> profiles, Absence absence, Instant now) {
        Map<Long, List<ArrivalHour>> hours = hoursAround(rows, absence, now);
        Map<Long, List<Window>> known = knownSilences(rows, absence, now);
        Map<Long, SilenceVerdict> worst = new HashMap<>();
        for (Row row : rows) {
            long id = row.series().id();
            Profile profile = Objects.requireNonNull(profiles.get(id));
            List<ArrivalHour> its = hours.getOrDefault(id, List.of());
            List<Window> nobodys = new ArrayList<>(known.getOrDefault(id, List.of()));
            notCaughtUp(row, profile, its, absence).ifPresent(nobodys::add);
            worst(
                            row,
                            LiveProfiles.with(profile.expectation(), nobodys),
                            SilenceGap.touching(
                                    absence, its, detector.settings().minSilence()))
                    .ifPresent(silence -> worst.put(id, silence));
        }
        return worst;
    }

    /** When a series is to be reviewed that has caught up by then. */
    Optional<Instant> next(Row row, Instant now) {
        return windows.absences(now).stream()
                .filter(absence -> !absence.listened())
                .filter(absence -> row.standing()
                        .reviewedUntil()
                        .filter(until -> !absence.until().isAfter(until))
                        .isEmpty())
                .map(absence -> absence.until().plus(patience(row)))
                .filter(at -> at.isAfter(now))
                .min(Instant::compareTo);
    }

    private static Duration patience(Row row) {
        return row.series().kind().isMerged() ? CATCHING_UP : CATCHING_UP.plus(AFTER_MERGED);
    }

    private boolean isDue(Row row, Map<Long, Instant> reviewed, Absence absence, Instant now) {
        Optional<Instant> until =
                Optional.ofNullable(reviewed.get(row.series().id())).or(row.standing()::reviewedUntil);
        boolean isNews = until.isEmpty() || absence.until().isAfter(until.get());
        boolean known = row.series().retiredAt().isEmpty()
                && row.pattern().filter(pattern -> !detector.isYoung(pattern)).isPresent();
        return isNews && known && (absence.listened() || hasCaughtUp(row, absence, now));
    }

    private static boolean hasCaughtUp(Row row, Absence absence, Instant now) {
        return !now.isBefore(absence.until().plus(patience(row)))
                && row.pulse()
                        .flatMap(Pulse::lastEventAt)
                        .filter(at -> !at.isBefore(absence.until()))
                        .isPresent();
    }

    private Map<Long, List<ArrivalHour>> hoursAround(List<Row> due, Absence absence, Instant now) {
        Map<Long, List<ArrivalHour>> hours = hours(due, absence.from().minus(NEAR), now);
        List<Row> rare = due.stream()
                .filter(row -> hours.getOrDefault(row.series().id(), List.of()).stream()
                        .noneMatch(hour -> hour.start().isBefore(absence.from())))
                .toList();
        if (!rare.isEmpty()) {
            hours.putAll(hours(rare, absence.from().minus(FAR), now));
        }
        return hours;
    }

    /** Of a time in which Caravan was down, what nobody has fetched afterwards proves nothing. */
    private Optional<Window> notCaughtUp(Row row, Profile profile, List<ArrivalHour> hours, Absence absence) {
        if (absence.listened()) {
            return Optional.empty();
        }
        Map<String, Instant> firsts =
                caughtUp.computeIfAbsent(absence, each -> arrivals.firstFullHours(each.from(), each.until()));
        Optional<Instant> byOthers =
                profile.provider().or(row.series()::provider).map(firsts::get);
        Instant first = Stream.concat(byOthers.stream(), SilenceGap.firstAfter(absence.from(), hours).stream())
                .filter(at -> at.isBefore(absence.until()))
                .min(Instant::compareTo)
                .orElse(absence.until());
        return first.isAfter(absence.from())
                ? Optional.of(new Window(Window.Kind.EXPECTED, absence.from(), first, "Caravan was away"))
                : Optional.empty();
    }

    private Map<Long, List<ArrivalHour>> hours(Collection<Row> rows, Instant since, Instant until) {
        List<Long> fleets = new ArrayList<>();
        List<ArrivalHour> hours = new ArrayList<>();
        for (Row row : rows) {
            if (row.series().kind().isMerged()) {
                hours.addAll(arrivals.mergedHours(row.series().id(), since, until));
            } else {
                fleets.add(row.series().id());
            }
        }
        if (!fleets.isEmpty()) {
            hours.addAll(arrivals.hours(fleets, since, until));
        }
        return hours.stream().collect(Collectors.groupingBy(ArrivalHour::seriesId));
    }

    /** Silences that were told, of a series itself or of a merged stream that it is part of, are no second trouble. */
    private Map<Long, List<Window>> knownSilences(List<Row> due, Absence absence, Instant now) {
        List<Long> ids = due.stream().map(row -> row.series().id()).toList();
        Map<Long, List<Window>> known = episodes.explainedSilences(ids, absence.from(), now);
        for (Episode episode : episodes.openAfter(ids, absence.from())) {
            if (episode.kind().isOfState() && episode.since().isBefore(episode.end(now))) {
                known.computeIfAbsent(episode.series(), id -> new ArrayList<>())
                        .add(new Window(Window.Kind.EXPECTED, episode.since(), episode.end(now), "told"));
            }
        }
        return known;
    }

    private Optional<SilenceVerdict> worst(Row row, Expectation expectation, List<SilenceGap> gaps) {
        return gaps.stream()
                .map(gap -> detector.silence(row.pattern().orElseThrow(), expectation, gap.from(), gap.until()))
                .max(Comparator.comparing(SilenceVerdict::isAlarm).thenComparingDouble(SilenceVerdict::score));
    }
}
