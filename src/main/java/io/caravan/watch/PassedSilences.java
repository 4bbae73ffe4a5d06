package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.StateRepository.Row;
import io.caravan.watch.detect.Detector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tells fleets' silences that passed unseen: those of one outage as one trouble of the merged stream that they are part of, others one by one. They wait for one another as problems do that are
 * seen. For one thread.
 */
final class PassedSilences {
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
    boolean isAny(Instant now) {
        return !repository.ready(now.minus(patience)).isEmpty();
    }

    /**
     * Tells what was an outage of a merged stream. In a transaction that alone may reach from merged streams to their members.
     *
     * @param sizes how many fleets each merged stream has
     * @return the silences that are to be told by themselves, each in a transaction of its own
     */
    List<Passed> tellOutages(Map<Long, Integer> sizes, Instant now) {
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
        Set<Passed> told = new HashSet<>();
        for (PassedGroups outage : PassedGroups.of(detector, least, sizes, streams(silences), silences)) {
            Optional<Row> stream = states.claim(outage.stream());
            if (stream.isEmpty()) {
                return List.of();
            }
            Row row = stream.get();
            troubles.tellPassed(row, profiles.of(row, now), outage, series(outage), away.get(), now);
            states.wake(List.of(outage.stream()), now.plus(Troubles.HEARD));
            repository.take(outage.members(), from);
            told.addAll(outage.members());
        }
        List<Passed> left =
                silences.stream().filter(passed -> !told.contains(passed)).toList();
        List<Passed> toForget = left.stream().filter(passed -> !passed.alarm()).toList();
        repository.take(toForget, from);
        return left.stream().filter(Passed::alarm).toList();
    }

    private List<Series> series(PassedGroups outage) {
        return states.read(outage.members().stream().map(Passed::series).toList()).stream()
                .map(Row::series)
                .toList();
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
    void tell(Passed passed, Instant now) {
        Optional<Row> claimed = states.claim(passed.series());
        Optional<Absence> away = absence(passed.awayFrom(), now);
        if (claimed.isPresent()
                && away.isPresent()
                && !isInTrouble(passed.series())
                && repository.take(List.of(passed), passed.awayFrom()) > 0) {
            Row row = claimed.get();
            Profile profile = profiles.of(row, now);
            review.worstAlarm(row, profile, away.get(), now).ifPresent(silence -> {
                troubles.tellPassed(row, profile, silence, away.get(), now);
                states.wake(List.of(passed.series()), now.plus(Troubles.HEARD));
            });
        }
    }
}
