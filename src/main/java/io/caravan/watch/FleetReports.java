package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.arrivals.ArrivalRepository;
import io.caravan.watch.cause.Cause;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.Explanation;
import io.caravan.watch.detect.Explanations;
import io.caravan.watch.detect.Pattern;
import io.caravan.watch.detect.SilenceVerdict;
import io.caravan.watch.detect.Window;
import io.caravan.watch.episode.Episode;
import io.caravan.watch.episode.EpisodeRepository;
import io.caravan.watch.expect.HeartbeatRepository;
import io.caravan.watch.expect.LiveProfiles;
import io.caravan.watch.expect.MergedExpectations;
import io.caravan.watch.expect.WindowRepository;
import io.caravan.watch.expect.Windows;
import io.caravan.watch.series.Profile;
import io.caravan.watch.series.Profiles;
import io.caravan.watch.series.Pulse;
import io.caravan.watch.series.Series;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesRepository;
import io.caravan.watch.series.SeriesState;
import io.caravan.watch.series.Standing;
import io.caravan.watch.series.StateRepository;
import io.caravan.watch.series.StateRepository.Row;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** How fleets do, for people and programs: reads only, and needs no running watchdog. Safe for any thread. */
public final class FleetReports {
    private static final int HOURS_OF_WEEK = 168;
    private static final List<SeriesState> WORST_FIRST = Stream.of(SeriesState.values())
            .sorted(java.util.Comparator.comparing(FleetReports::rank))
            .toList();

    private final Database database;
    private final Clock clock;
    private final Profiles profiles;
    private final Detector detector;
    private final SeriesRepository series;
    private final FleetListRepository fleets;
    private final StateRepository states;
    private final EpisodeRepository episodes;
    private final ArrivalRepository arrivals;
    private final Windows windows;

    public FleetReports(Database database, Clock clock, Profiles profiles, Detector detector) {
        this.database = database;
        this.clock = clock;
        this.profiles = profiles;
        this.detector = detector;
        this.series = new SeriesRepository(database);
        this.fleets = new FleetListRepository(database);
        this.states = new StateRepository(database);
        this.episodes = new EpisodeRepository(database);
        this.arrivals = new ArrivalRepository(database);
        this.windows = new Windows(new WindowRepository(database), new HeartbeatRepository(database));
    }

    /**
     * A series in one line.
     *
     * @param expectedNow packets that it usually sends in the present hour
     * @param trouble the open episode
     */
    public record Line(
            Series series,
            Profile profile,
            Standing standing,
            Optional<Instant> lastPacket,
            double expectedNow,
            Optional<Episode> trouble) {

        /** {@code acme/north}, {@code acme (provider)}. */
        public String title() {
            return series.kind() == SeriesKind.FLEET
                    ? series.name()
                    : series.name() + " (" + series.kind().word() + ")";
        }

        /** {@code silent}; {@code on-time, errors}, as errors may come before silence. */
        public String stateInWords() {
            String state = standing.state().word().replace(' ', '-');
            return trouble.filter(episode -> !standing.state().isTold())
                    .map(episode -> state + ", " + episode.kind().word())
                    .orElse(state);
        }

        /** {@code credentials}, {@code see its provider}, {@code unknown}; empty without a trouble. */
        public Optional<String> causeInWords() {
            return trouble.map(episode -> episode.parent().isPresent()
                    ? "see its provider"
                    : episode.cause().orElse(Cause.UNKNOWN).word());
        }

        /** Its own clock. */
        public ZoneId zone() {
            return profile.expectation().zone();
        }
    }

    /**
     * Fleets, and merged streams in trouble: what people were told of first, then what is late, retired ones last.
     *
     * @param state only in this one
     * @param part of the name, whatever its case
     */
    public List<Line> worst(Optional<SeriesState> state, String part, int most) {
        List<Long> ids = fleets.worst(state, part, WORST_FIRST, most);
        Map<Long, Line> lines = new HashMap<>();
        lines(ids).forEach(line -> lines.put(line.series().id(), line));
        return ids.stream().map(lines::get).filter(java.util.Objects::nonNull).toList();
    }

    /** How many fleets are in each state. */
    public Map<SeriesState, Integer> counts() {
        return states.countsOfFleets();
    }

    /** All series of these kinds that a condition holds for, those in trouble first. */
    public List<Line> list(Collection<SeriesKind> kinds, Predicate<Line> wanted) {
        List<Long> ids = kinds.stream()
                .flatMap(kind -> series.all(kind).stream())
                .map(Series::id)
                .toList();
        return lines(ids).stream()
                .filter(wanted)
                .sorted(java.util.Comparator.comparing(
                                (Line line) -> rank(line.standing().state()))
                        .thenComparing(line -> line.series().name()))
                .toList();
    }

    private List<Line> lines(List<Long> ids) {
        Instant now = clock.instant();
        Map<Long, Episode> open = new HashMap<>();
        episodes.open(ids).forEach(episode -> open.putIfAbsent(episode.series(), episode));
        return states.read(ids).stream()
                .map(row -> line(row, Optional.ofNullable(open.get(row.series().id())), now))
                .toList();
    }

    private static int rank(SeriesState state) {
        return state.isTold() ? 0 : state == SeriesState.LATE ? 1 : state == SeriesState.RETIRED ? 3 : 2;
    }

    private Line line(Row row, Optional<Episode> open, Instant now) {
        Profile written = profiles.of(row.series());
        Profile profile = row.series().kind().isMerged()
                ? written.expecting(new MergedExpectations(database, detector.settings(), profiles, windows)
                        .of(row, written.expectation(), now))
                : written;
        Instant hour = now.truncatedTo(ChronoUnit.HOURS);
        double expected = row.pattern()
                .map(pattern -> detector.typical(pattern, profile.expectation(), hour, hour.plus(1, ChronoUnit.HOURS))
                        .packets())
                .orElse(0.0);
        return new Line(
                row.series(), profile, row.standing(), pulse(row).flatMap(Pulse::lastArrivalAt), expected, open);
    }

    private Optional<Pulse> pulse(Row row) {
        return row.series().kind().isMerged()
                ? Optional.of(arrivals.mergedPulse(row.series().id()))
                : row.pulse();
    }

    /**
     * A series with all that is known of it.
     *
     * @param silence as it is now
     * @param explanation of that in words
     * @param week for each hour of the local week, Monday at 00:00 first, the packets that it usually sends
     * @param windows of planned and expected silence that are open or to come
     * @param troubles the latest, the newest first
     * @param told the open trouble that people were told of: its own, or that of a merged stream of which it is a part
     */
    public record Report(
            Line line,
            Optional<Pulse> pulse,
            Pattern pattern,
            Expectation expectation,
            SilenceVerdict silence,
            Explanation explanation,
            List<Double> week,
            List<Window> windows,
            List<Episode> troubles,
            Optional<Episode> told) {
        public Report {
            week = List.copyOf(week);
            windows = List.copyOf(windows);
            troubles = List.copyOf(troubles);
        }
    }

    public Report report(Series of) {
        Instant now = clock.instant();
        Row row = states.read(List.of(of.id())).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        of.name() + " is gone since it was looked up; see: caravan fleet list"));
        List<Episode> troubles = episodes.recent(of.id(), false, 10);
        Line line = line(row, troubles.stream().filter(Episode::isOpen).findFirst(), now);
        Expectation live = new LiveProfiles(database, detector, profiles, windows)
                .of(row, now)
                .expectation();
        List<Window> all = live.windows();
        Expectation expectation = LiveProfiles.with(live, windows.deaf(now));
        Pattern pattern = row.pattern().orElse(Pattern.EMPTY);
        Instant since = Stream.of(line.lastPacket(), row.standing().excusedAt())
                .flatMap(Optional::stream)
                .max(Instant::compareTo)
                .orElse(of.bornAt());
        SilenceVerdict silence = detector.silence(pattern, expectation, since.isAfter(now) ? now : since, now);
        return new Report(
                line,
                pulse(row),
                pattern,
                expectation,
                silence,
                new Explanations(detector).silence(line.profile().name(), pattern, expectation, silence),
                java.util.stream.IntStream.range(0, HOURS_OF_WEEK)
                        .mapToObj(pattern::packets)
                        .toList(),
                all.stream()
                        .filter(window -> window.until().isAfter(now))
                        .filter(window -> window.from().isBefore(now.plus(Duration.ofDays(60))))
                        .toList(),
                troubles,
                told(line, troubles));
    }

    /** Of one that isn't well, if only late, that of the merged stream which explains it counts too. */
    private Optional<Episode> told(Line line, List<Episode> troubles) {
        SeriesState state = line.standing().state();
        Stream<Episode> own = troubles.stream().filter(Episode::isOpen);
        Stream<Episode> others = state.isTold() || state == SeriesState.LATE
                ? episodes.open(series.parents(line.series().id())).stream()
                : Stream.empty();
        return Stream.concat(own, others).filter(Episode::told).findFirst();
    }
}
