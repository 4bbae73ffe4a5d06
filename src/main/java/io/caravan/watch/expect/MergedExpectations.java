package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.watch.detect.DetectorSettings;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.MergedExpectation;
import io.caravan.watch.detect.MergedExpectation.Group;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.Presence;
import io.caravan.watch.detect.Window;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * What to expect of merged streams, by what is written of their members and what people have said of these by hand. Put together anew when any of that changes, or members come and go, else every
 * few hours. For one thread.
 */
public final class MergedExpectations {
    private static final Duration KEPT = Duration.ofHours(6);

    /** Hours that are learned late are judged by it too. */
    private static final Duration BEHIND = Duration.ofDays(9);

    /** What is farther away is judged when it comes. */
    private static final Duration AHEAD = Duration.ofDays(8);

    private static final int PATTERNS_AT_ONCE = 500;

    /** A written clock stays that of a stream of which so many members have it, lest its week jump to and fro. */
    private static final double ENOUGH_OF_ZONE = 1.0 / 3;

    private final DetectorSettings settings;
    private final Profiles profiles;
    private final Windows windows;
    private final MembershipRepository members;
    private final StateRepository states;
    private final Map<Long, Known> known = new HashMap<>();

    public MergedExpectations(Database database, DetectorSettings settings, Profiles profiles, Windows windows) {
        this.settings = settings;
        this.profiles = profiles;
        this.windows = windows;
        this.members = new MembershipRepository(database);
        this.states = new StateRepository(database);
    }

    /** @param providers how much the fleets of each provider send */
    private record Known(
            Instant at,
            long written,
            long windows,
            long members,
            Expectation expectation,
            Map<String, Double> providers) {
        boolean isStill(long writtenNow, long windowsNow, long membersNow, Instant now) {
            return written == writtenNow
                    && windows == windowsNow
                    && members == membersNow
                    && !now.isBefore(at)
                    && now.isBefore(at.plus(KEPT));
        }
    }

    /**
     * What to expect of a merged stream.
     *
     * @param written what is said of the stream itself: its clock, and what it did before its members taught it
     */
    public Expectation of(Row row, Expectation written, Instant now) {
        long id = row.series().id();
        long version = profiles.version();
        long handmade = windows.version(now);
        long fingerprint = members.fingerprint(id);
        Known before = known.get(id);
        if (before != null && before.isStill(version, handmade, fingerprint, now)) {
            return before.expectation();
        }
        List<MembershipRepository.Member> its = members.members(id);
        Expectation made = make(its, row.pattern().orElse(Pattern.EMPTY), written, now);
        known.put(id, new Known(now, version, handmade, fingerprint, made, providers(its)));
        return made;
    }

    /** How much the fleets of each provider send of a stream whose expectation was asked for. */
    Map<String, Double> providers(Row row) {
        Known its = known.get(row.series().id());
        return its == null ? Map.of() : its.providers();
    }

    private Map<String, Double> providers(List<MembershipRepository.Member> its) {
        Map<String, Double> providers = new HashMap<>();
        for (MembershipRepository.Member member : its) {
            profiles.of(member.series())
                    .provider()
                    .or(member.series()::provider)
                    .ifPresent(provider -> providers.merge(provider, member.arrivals(), Double::sum));
        }
        return providers;
    }

    /** Members that are written of alike, and lie in the same windows. */
    private static final class Minds {
        private final IdentityHashMap<Expectation, Map<List<Window>, Mind>> minds = new IdentityHashMap<>();

        private void add(
                MembershipRepository.Member member,
                Expectation written,
                List<Window> windows,
                BiFunction<Expectation, List<Window>, Expectation> with) {
            Mind mind = minds.computeIfAbsent(written, each -> new HashMap<>())
                    .computeIfAbsent(windows, each -> new Mind(with.apply(written, windows)));
            mind.members.add(member.series().id());
            mind.weight += member.arrivals();
        }

        private List<Mind> all() {
            return minds.values().stream()
                    .flatMap(each -> each.values().stream())
                    .toList();
        }
    }

    private static final class Mind {
        private final Expectation expectation;
        private final List<Long> members = new ArrayList<>();
        private double weight;

        private Mind(Expectation expectation) {
            this.expectation = expectation;
        }

        private Group group() {
            return new Group(expectation, weight);
        }
    }

    private Expectation make(List<MembershipRepository.Member> its, Pattern pattern, Expectation written, Instant now) {
        Minds found = new Minds();
        for (MembershipRepository.Member member : its) {
            found.add(
                    member,
                    profiles.of(member.series()).expectation(),
                    windows.of(member.series(), now),
                    LiveProfiles::with);
        }
        return together(found.all(), pattern, written, now.minus(BEHIND), now.plus(AHEAD));
    }

    /** Of a time that may be long ago. */
    Expectation past(Row row, Expectation written, PastSilences silences, Instant from, Instant until) {
        List<WatchWindow> handmade = silences.handmade(from);
        Minds found = new Minds();
        for (MembershipRepository.Member member : members.members(row.series().id())) {
            found.add(
                    member,
                    profiles.of(member.series()).expectation(),
                    silences.of(member.series(), from, until, handmade),
                    Expectation::withWindows);
        }
        return together(found.all(), row.pattern().orElse(Pattern.EMPTY), written, from, until);
    }

    private Expectation together(List<Mind> minds, Pattern pattern, Expectation written, Instant from, Instant until) {
        if (minds.isEmpty()) {
            return written;
        }
        MergedExpectation merged = new MergedExpectation(
                written,
                zone(minds, written.zone()),
                minds.stream().map(Mind::group).toList(),
                from,
                until);
        Presence.Missing missing = new Presence.Missing(settings);
        for (int i : merged.partlyOff()) {
            Mind mind = minds.get(i);
            for (int first = 0; first < mind.members.size(); first += PATTERNS_AT_ONCE) {
                List<Long> some = mind.members.subList(first, Math.min(mind.members.size(), first + PATTERNS_AT_ONCE));
                merged.addMissing(
                        missing, mind.group(), List.copyOf(states.patterns(some).values()));
            }
        }
        double arrivals = minds.stream().mapToDouble(mind -> mind.weight).sum();
        return missing.isNone()
                ? merged.whole()
                : merged.whole().withPresence(missing.of(pattern, merged.whole(), arrivals));
    }

    private static ZoneId zone(List<Mind> minds, ZoneId written) {
        Map<ZoneId, Integer> counts = new HashMap<>();
        minds.forEach(mind -> counts.merge(mind.expectation.zone(), mind.members.size(), Integer::sum));
        int all = counts.values().stream().mapToInt(each -> each).sum();
        if (counts.getOrDefault(written, 0) >= ENOUGH_OF_ZONE * all) {
            return written;
        }
        Optional<ZoneId> most = counts.entrySet().stream()
                .max(Map.Entry.<ZoneId, Integer>comparingByValue()
                        .thenComparing(entry -> entry.getKey().getId(), Comparator.reverseOrder()))
                .map(Map.Entry::getKey);
        return most.orElse(written);
    }
}
