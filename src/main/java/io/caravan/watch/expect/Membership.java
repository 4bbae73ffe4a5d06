package io.caravan.watch.expect;

import io.caravan.database.Database;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.StateRepository;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the merged streams that the fleets' settings name: they appear by themselves, and fleets join and leave them as settings change. Any node may do it at any time. One thread.
 */
public final class Membership {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /** Settings may change in ways of which nobody tells. */
    private static final Duration EVERY = Duration.ofMinutes(10);

    /** Of a stream from which more than the rest of it has gone the pattern is no longer its own. */
    private static final double LEFT = 0.9;

    private final Database database;
    private final Profiles profiles;
    private final SeriesRepository series;
    private final StateRepository states;
    private final MembershipRepository members;
    private long seenVersion = Long.MIN_VALUE;
    private Seen seen = new Seen(Instant.MIN, 0, 0);
    private Map<Long, Integer> sizes = Map.of();

    public Membership(Database database, Profiles profiles) {
        this.database = database;
        this.profiles = profiles;
        this.series = new SeriesRepository(database);
        this.states = new StateRepository(database);
        this.members = new MembershipRepository(database);
    }

    /** What there was when it was last looked through. */
    private record Seen(Instant at, long newest, int retired) {}

    /** Follows what has changed; cheap when nothing has. */
    public void follow(Instant now) {
        MembershipRepository.Census census = members.census();
        boolean old = seen.at().equals(Instant.MIN)
                || now.isBefore(seen.at())
                || now.isAfter(seen.at().plus(EVERY));
        long version = profiles.version();
        if (version != seenVersion && seenVersion != Long.MIN_VALUE) {
            // what is wrong may be planned by now
            states.wakeTroubled(now);
        }
        if (old || version != seenVersion || census.newest() != seen.newest() || census.retired() != seen.retired()) {
            renew(now);
            sizes = members.sizes();
            seen = new Seen(now, members.census().newest(), census.retired());
            seenVersion = version;
        }
    }

    /** How many fleets each merged stream has. */
    public Map<Long, Integer> sizes() {
        return sizes;
    }

    private void renew(Instant now) {
        Map<SeriesKind, Map<String, Set<Long>>> wanted = wanted();
        Map<Long, Set<Long>> byId = new TreeMap<>();
        wanted.forEach((kind, streams) -> {
            Map<String, Long> ids = series.findOrCreate(kind, streams.keySet(), now);
            streams.forEach((name, fleets) -> byId.put(Objects.requireNonNull(ids.get(name)), fleets));
        });
        database.runInTransaction(connection -> {
            states.lockMerged();
            members.lock();
            states.markMerged(byId.keySet());
            Map<Long, List<Long>> were = members.all();
            boolean changed = false;
            Set<Long> left = new TreeSet<>();
            for (Map.Entry<Long, Set<Long>> stream : byId.entrySet()) {
                List<Long> before = were.getOrDefault(stream.getKey(), List.of());
                changed |= update(stream.getKey(), before, stream.getValue());
                if (!stream.getValue().containsAll(before)) {
                    left.add(stream.getKey());
                }
            }
            for (Map.Entry<Long, List<Long>> stream : were.entrySet()) {
                if (!byId.containsKey(stream.getKey())) {
                    changed |= update(stream.getKey(), stream.getValue(), Set.of());
                }
            }
            if (changed) {
                members.nest();
                states.wake(byId.keySet(), now);
                states.relearn(left.isEmpty() ? List.of() : members.outgrown(left, LEFT), now);
                LOG.info("{} merged streams of {} fleets are watched", byId.size(), fleets(byId.values()));
            }
        });
    }

    private static int fleets(Collection<Set<Long>> streams) {
        Set<Long> all = new HashSet<>();
        streams.forEach(all::addAll);
        return all.size();
    }

    private boolean update(long stream, List<Long> were, Set<Long> wanted) {
        Set<Long> come = new TreeSet<>(wanted);
        were.forEach(come::remove);
        List<Long> gone = were.stream().filter(fleet -> !wanted.contains(fleet)).toList();
        if (!come.isEmpty()) {
            series.join(stream, come);
        }
        if (!gone.isEmpty()) {
            series.leave(stream, gone);
        }
        return !come.isEmpty() || !gone.isEmpty();
    }

    private Map<SeriesKind, Map<String, Set<Long>>> wanted() {
        Map<SeriesKind, Map<String, Set<Long>>> wanted = new EnumMap<>(SeriesKind.class);
        for (Series fleet : series.all(SeriesKind.FLEET)) {
            if (fleet.retiredAt().isEmpty()) {
                Profile profile = profiles.of(fleet);
                Optional<String> provider = profile.provider().or(fleet::provider);
                add(wanted, SeriesKind.PROVIDER, provider, fleet);
                add(wanted, SeriesKind.CREDENTIAL, credential(provider, profile.credential()), fleet);
                add(wanted, SeriesKind.REGION, profile.region().or(fleet::region), fleet);
                add(wanted, SeriesKind.TENANT, profile.tenant().or(fleet::tenant), fleet);
            }
        }
        return wanted;
    }

    /** {@code acme:main}: two providers may call different credentials by one name. */
    static Optional<String> credential(Optional<String> provider, Optional<String> credential) {
        return credential.map(name -> provider.map(of -> of + ":").orElse("") + name);
    }

    private static void add(
            Map<SeriesKind, Map<String, Set<Long>>> wanted, SeriesKind kind, Optional<String> name, Series fleet) {
        name.ifPresent(of -> wanted.computeIfAbsent(kind, key -> new TreeMap<>())
                .computeIfAbsent(of, key -> new TreeSet<>())
                .add(fleet.id()));
    }
}
