package io.caravan.watch.judge;

import io.caravan.database.Database;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.expect.LiveProfiles;
import io.caravan.watch.expect.MembershipRepository;
import io.caravan.watch.expect.MembershipRepository.Quiet;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.judge.Judgement.Spread;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tells silences that passed unseen: those of one outage as one trouble of the merged stream that they are part of, others one by one. What goes on of such an outage belongs to it; then the trouble is
 * open, and those that are back are members of it that have recovered. They wait for one another as problems do that are seen. For one thread.
 */
public final class PassedSilences {
    private final Detector detector;
    private final double least;
    private final Duration patience;
    private final LiveProfiles profiles;
    private final Windows windows;
    private final Review review;
    private final Troubles troubles;
    private final PassedRepository repository;
    private final MembershipRepository members;
    private final EpisodeRepository episodes;
    private final StateRepository states;

    PassedSilences(
            Database database,
            Detector detector,
            Duration patience,
            LiveProfiles profiles,
            Windows windows,
            Review review,
            Troubles troubles) {
        this.detector = detector;
        this.least = StateRules.DEFAULT.share();
        this.patience = patience;
        this.profiles = profiles;
        this.windows = windows;
        this.review = review;
        this.troubles = troubles;
        this.repository = new PassedRepository(database);
        this.members = new MembershipRepository(database);
        this.episodes = new EpisodeRepository(database);
        this.states = new StateRepository(database);
    }

    /** Whether there may be something to tell. */
    public boolean isAny(Instant now) {
        return !repository.ready(now.minus(patience)).isEmpty();
    }

    /** Whether it is about to be decided if a silence that passed unseen is of one outage with the trouble of a series. */
    boolean isWaitingBeside(long series, Instant now) {
        return repository.isWaitingBeside(series, now.minus(patience.multipliedBy(2)));
    }

    /**
     * Tells what was an outage of a merged stream, together with the silences of it that go on. In a transaction that alone may reach from merged streams to their members.
     *
     * @param sizes how many fleets each merged stream has
     * @return the silences that are to be told by themselves, each in a transaction of its own
     */
    public List<Passed> tellOutages(Map<Long, Integer> sizes, Instant now) {
        Map<Instant, List<Passed>> byAbsence = new LinkedHashMap<>();
        repository
                .ready(now.minus(patience))
                .forEach(passed -> byAbsence
                        .computeIfAbsent(passed.awayFrom(), each -> new ArrayList<>())
                        .add(passed));
        List<Passed> alone = new ArrayList<>();
        byAbsence.forEach((from, silences) -> alone.addAll(tellOutages(from, silences, sizes, now)));
        return alone;
    }

    private List<Passed> tellOutages(Instant from, List<Passed> silences, Map<Long, Integer> sizes, Instant now) {
        Optional<Absence> away = absence(from, now);
        if (away.isEmpty()) {
            repository.take(silences, from);
            return List.of();
        }
        List<Series> series = series(silences);
        Set<Long> merged = series.stream()
                .filter(each -> each.kind().isMerged())
                .map(Series::id)
                .collect(Collectors.toSet());
        List<Quiet> quiet = quiet(from, now);
        List<Passed> left = new ArrayList<>(silences);
        List<Passed> whole = left.stream()
                .filter(passed -> merged.contains(passed.series()))
                .sorted(Comparator.comparing(
                        passed -> sizes.getOrDefault(passed.series(), 0), Comparator.reverseOrder()))
                .toList();
        left.removeAll(whole);
        join(left, series, quiet, now);
        Map<Long, Spread> spreads = Spreads.of(detector, sizes, MembershipRepository.byParent(quiet));
        for (Passed stream : whole) {
            if (!isPartlyQuiet(spreads.get(stream.series()))) {
                tellWhole(stream, away.get(), now);
            }
        }
        List<Passed> all = new ArrayList<>(left);
        quiet.stream()
                .map(each -> Passed.goingOn(each.fleet(), each.since(), from))
                .distinct()
                .forEach(all::add);
        for (PassedGroups outage : PassedGroups.of(detector, least, sizes, streams(all), all)) {
            if (!tell(outage, spreads.get(outage.stream()), away.get(), now)) {
                return List.of();
            }
            left.removeAll(outage.members());
        }
        whole.stream()
                .filter(stream -> isPartlyQuiet(spreads.get(stream.series())))
                .forEach(stream -> tellWhole(stream, away.get(), now));
        repository.take(left.stream().filter(passed -> !passed.alarm()).toList(), from);
        return left.stream().filter(Passed::alarm).toList();
    }

    /** What goes on, but for what was told before anybody was away. */
    private List<Quiet> quiet(Instant from, Instant now) {
        List<Quiet> quiet = members.quiet(now.minus(detector.settings().minSilence()));
        Set<Long> before = new HashSet<>();
        episodes.open(quiet.stream().map(Quiet::fleet).distinct().toList()).stream()
                .filter(episode -> episode.told() && episode.openedAt().isBefore(from))
                .forEach(episode -> before.add(episode.series()));
        return quiet.stream().filter(each -> !before.contains(each.fleet())).toList();
    }

    private List<Series> series(Collection<Passed> silences) {
        return states.read(silences.stream().map(Passed::series).toList()).stream()
                .map(Row::series)
                .toList();
    }

    /** An outage that has begun goes on at that. */
    private static boolean isPartlyQuiet(@Nullable Spread spread) {
        return spread != null && spread.score() >= StateRules.DEFAULT.shareEnds();
    }

    /** Those that are of an outage that is told already are members of it that are back. */
    private void join(List<Passed> left, List<Series> series, List<Quiet> quiet, Instant now) {
        Map<Long, List<Long>> streams =
                members.memberships(left.stream().map(Passed::series).toList());
        streams.forEach((stream, fleets) -> goingOn(stream).ifPresent(episode -> {
            Instant since = quiet.stream()
                    .filter(each -> each.parent() == stream)
                    .map(Quiet::since)
                    .min(Instant::compareTo)
                    .orElse(episode.lastsSince());
            List<Passed> back = left.stream()
                    .filter(passed -> fleets.contains(passed.series()))
                    .filter(passed -> passed.overAt().isAfter(since))
                    .toList();
            Optional<Row> row = back.isEmpty() ? Optional.empty() : states.claim(stream);
            row.ifPresent(claimed -> {
                troubles.joinPassed(claimed, profiles.of(claimed, now), episode, back, series, now);
                repository.take(back, back.get(0).awayFrom());
                left.removeAll(back);
            });
        }));
    }

    private Optional<Episode> goingOn(long stream) {
        return episodes.lockOpen(List.of(stream)).stream()
                .filter(episode -> episode.kind() == EpisodeKind.PARTIAL || episode.kind() == EpisodeKind.SILENT)
                .filter(episode ->
                        episode.overAt().isEmpty() && episode.parent().isEmpty())
                .findFirst();
    }

    /**
     * False: its stream is being judged; later.
     *
     * @param left how many of its fleets are quiet by now
     */
    private boolean tell(PassedGroups outage, @Nullable Spread left, Absence away, Instant now) {
        Optional<Row> stream = states.claim(outage.stream());
        if (stream.isEmpty()) {
            return false;
        }
        Row row = stream.get();
        Profile profile = profiles.of(row, now);
        if (left != null && isPartlyQuiet(left)) {
            troubles.tellHalf(row, profile, outage, series(outage.members()), away, now);
            states.beginPartial(outage.stream(), left.score(), now);
        } else {
            troubles.tellPassed(row, profile, outage, series(outage.back()), away, now);
            states.wake(List.of(outage.stream()), now.plus(Troubles.HEARD));
        }
        repository.take(outage.back(), away.from());
        return true;
    }

    /** A merged stream's own silence, unless it is part of an outage that is told. */
    private void tellWhole(Passed passed, Absence away, Instant now) {
        Optional<Row> claimed = isInTrouble(passed.series()) ? Optional.empty() : states.claim(passed.series());
        claimed.ifPresent(row -> tell(row, away, now));
        repository.take(List.of(passed), away.from());
    }

    private void tell(Row row, Absence away, Instant now) {
        Profile profile = profiles.of(row, now);
        review.worstAlarm(row, profile, away, now).ifPresent(silence -> {
            troubles.tellPassed(row, profile, silence, away, now);
            states.wake(List.of(row.series().id()), now.plus(Troubles.HEARD));
        });
    }

    private Optional<Absence> absence(Instant from, Instant now) {
        return windows.absences(now).stream()
                .filter(absence -> absence.from().equals(from))
                .findFirst();
    }

    /** The merged streams of these fleets that have no trouble already, which is another. */
    private Map<Long, List<Long>> streams(List<Passed> silences) {
        Map<Long, List<Long>> fleets = new HashMap<>(
                members.memberships(silences.stream().map(Passed::series).toList()));
        fleets.keySet().removeIf(this::isInTrouble);
        return fleets;
    }

    private boolean isInTrouble(long series) {
        return episodes.lockOpen(List.of(series)).stream()
                .anyMatch(episode -> episode.kind().isOfState());
    }

    /** Tells one by itself, unless another node has, or it was explained meanwhile. One of a fleet that is in trouble waits until that is over. */
    public void tell(Passed passed, Instant now) {
        Optional<Row> claimed = states.claim(passed.series());
        Optional<Absence> away = absence(passed.awayFrom(), now);
        if (claimed.isPresent()
                && away.isPresent()
                && !isInTrouble(passed.series())
                && repository.take(List.of(passed), passed.awayFrom()) > 0) {
            tell(claimed.get(), away.get(), now);
        }
    }
}
