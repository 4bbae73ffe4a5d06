package io.caravan.watch.expect;

import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Absence;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Windows that people set by hand, and times in which Caravan was away, as the watchdog wants them; read anew before series are judged, and every few seconds. Safe for any thread.
 */
public final class Windows {
    /** What ended longer ago has been learned. */
    public static final Duration LOOKED_BACK = Duration.ofDays(8);

    private static final Duration KEPT = Duration.ofSeconds(5);

    private final WindowRepository windows;
    private final HeartbeatRepository heartbeats;
    private final AtomicLong versions = new AtomicLong();
    private volatile @Nullable Read latest;

    public Windows(WindowRepository windows, HeartbeatRepository heartbeats) {
        this.windows = windows;
        this.heartbeats = heartbeats;
    }

    private record Named(Pattern fleets, Window window) {}

    /** A window of a merged stream stands there for each of its fleets: names without {@code *} are looked up. */
    public record ByName(Map<String, List<Window>> whole, List<Named> patterns) {
        public static ByName of(List<WatchWindow> rows) {
            Map<String, List<Window>> whole = new HashMap<>();
            List<Named> patterns = new ArrayList<>();
            for (WatchWindow row : rows) {
                if (row.fleets().indexOf('*') < 0) {
                    whole.computeIfAbsent(row.fleets(), name -> new ArrayList<>())
                            .add(row.window());
                } else {
                    patterns.add(new Named(pattern(row.fleets()), row.window()));
                }
            }
            return new ByName(whole, patterns);
        }

        public List<Window> of(String fleet) {
            List<Window> found = new ArrayList<>(whole.getOrDefault(fleet, List.of()));
            for (Named named : patterns) {
                if (named.fleets().matcher(fleet).matches()) {
                    found.add(named.window());
                }
            }
            return found;
        }
    }

    /**
     * @param rows as they stand in the table
     * @param version another one for other rows
     */
    private record Read(Instant at, List<WatchWindow> rows, ByName windows, List<Absence> absences, long version) {}

    /** The windows of a fleet by its whole name; a merged stream has those of its members ({@link MergedExpectations}). */
    List<Window> of(Series series, Instant now) {
        if (series.kind().isMerged()) {
            return List.of();
        }
        return read(now).windows().of(series.name());
    }

    /** Another one whenever people have set or ended a window. */
    long version(Instant now) {
        return read(now).version();
    }

    /** Those of all fleets of a provider together, such as {@code acme/*}. */
    private List<Window> ofAll(String provider, Instant now) {
        return read(now).windows().of(provider + "/*");
    }

    /** Whether silence of a series is planned or expected now: by what is written of it, or by hand; of a provider and its credentials by a window of all its fleets. */
    public boolean isOpen(Series series, Profile profile, Instant now) {
        return open(series, profile, now).isPresent();
    }

    /** The window for which that is so. */
    public Optional<Window> open(Series series, Profile profile, Instant now) {
        Optional<String> provider = switch (series.kind()) {
            case PROVIDER, CREDENTIAL -> Optional.of(series.name().split(":", 2)[0]);
            case FLEET, REGION, TENANT -> Optional.empty();
        };
        return profile.expectation()
                .windowAt(now)
                .or(() -> Stream.concat(
                                of(series, now).stream(), provider.stream().flatMap(of -> ofAll(of, now).stream()))
                        .filter(window -> window.contains(now))
                        .findFirst());
    }

    /** When no arrivals were counted. */
    public List<Window> deaf(Instant now) {
        return read(now).absences().stream()
                .filter(absence -> !absence.listened())
                .map(Windows::away)
                .toList();
    }

    /** The silence of a time in which nothing was counted proves nothing. */
    public static Window away(Absence absence) {
        return new Window(Window.Kind.EXPECTED, absence.from(), absence.until(), "Caravan was away");
    }

    /** Times in which nobody looked, in their order, as far as they aren't long ago. */
    public List<Absence> absences(Instant now) {
        return read(now).absences();
    }

    /** The latest time within these in which nobody looked; null: somebody always did. */
    @Nullable
    public Absence awayWithin(Instant from, Instant now) {
        Absence found = null;
        for (Absence absence : read(now).absences()) {
            if (absence.touches(from, now)) {
                found = absence;
            }
        }
        return found;
    }

    /** Reads anew at the next question. */
    public void forget() {
        latest = null;
    }

    private Read read(Instant now) {
        Read known = latest;
        boolean holds = known != null
                && !now.isBefore(known.at())
                && now.isBefore(known.at().plus(KEPT));
        if (known == null || !holds) {
            known = fresh(now);
            latest = known;
        }
        return known;
    }

    /** Takes over what stands in the tables by now. */
    public void renew(Instant now) {
        latest = fresh(now);
    }

    private Read fresh(Instant now) {
        Instant since = now.minus(LOOKED_BACK);
        List<WatchWindow> rows = windows.endingAfter(since);
        Read known = latest;
        List<Absence> absences = heartbeats.absencesAfter(since);
        if (known != null && known.rows().equals(rows)) {
            return new Read(now, rows, known.windows(), absences, known.version());
        }
        return new Read(now, rows, ByName.of(rows), absences, versions.incrementAndGet());
    }

    /** Names in which {@code *} stands for any text. */
    public static Pattern pattern(String fleets) {
        StringBuilder regex = new StringBuilder();
        for (String literal : fleets.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return Pattern.compile(regex.toString());
    }
}
