package io.caravan.cli;

import io.caravan.calendar.Moments;
import io.caravan.watch.history.HistoryReplay;
import io.caravan.watch.history.ReplayReport;
import io.caravan.watch.history.ReplaySettings;
import io.caravan.watch.history.ReplaySettings.Span;
import io.caravan.watch.history.SeriesReport;
import io.caravan.watch.judge.StoredHistory;
import io.caravan.watch.judge.StoredHistory.OfFleet;
import io.caravan.watch.series.Series;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays what Caravan has counted itself. What is older than {@code --from} is learned from, and its alarms don't count. */
final class StoredReplay {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ENGLISH);
    private static final String ALL = "*";

    @Parameters(
            paramLabel = "FLEET",
            arity = "0..1",
            description =
                    "Such as north, or whole names in which * stands for any text: 'acme/*'. Default: all fleets that have sent.")
    private String fleet = ALL;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            description =
                    "Count alarms from then on, by the fleet's clock: 2026-08-17 or \"2026-08-17 06:00\". Default: after the warm-up.")
    private @Nullable String from;

    @Option(
            names = "--to",
            paramLabel = "WHEN",
            description = "The end; a date counts whole. Default: the last hour that is complete.")
    private @Nullable String to;

    Replayed replay(HistoryReplay replay, ReplayOptions options, FleetDesk desk) {
        List<Series> fleets = desk.operations().fleets(fleet);
        ZoneId clock = desk.profiles().of(fleets.get(0)).expectation().zone();
        Instant start = from == null ? Instant.EPOCH : Moments.parse(from, clock);
        Instant end = to == null ? desk.now() : ReplayOptions.end(to, clock);
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("--from " + shown(start, clock) + " is not before --to "
                    + shown(end, clock) + "; give an end after the beginning.");
        }
        StoredHistory stored = desk.history();
        ReplaySettings settings = options.settings(clock);
        List<SeriesReport> reports = new ArrayList<>();
        List<Span> spans = new ArrayList<>();
        for (Series each : fleets) {
            Optional<OfFleet> history =
                    stored.of(each, end).filter(known -> known.lastPackets().isAfter(start));
            if (history.isPresent()) {
                spans.add(span(history.get()));
                reports.add(replay.run(
                        each.name(),
                        history.get().arrivals(),
                        options.applied(history.get().expectation()),
                        settings.withWarmUp(warmUp(settings, history.get(), start))));
            }
        }
        if (reports.isEmpty()) {
            throw new IllegalArgumentException(nothing(fleets, stored, desk.now(), clock));
        }
        return new Replayed(understood(fleets, spans, clock), new ReplayReport(reports), clock);
    }

    private static Duration warmUp(ReplaySettings settings, OfFleet history, Instant start) {
        Duration until = Duration.between(history.firstPackets(), start);
        return until.compareTo(settings.warmUp()) > 0 ? until : settings.warmUp();
    }

    private static List<String> understood(List<Series> fleets, List<Span> spans, ZoneId clock) {
        List<String> lines = new ArrayList<>();
        lines.add("What is stored of " + called(fleets) + ": packets " + range(spans, clock) + ", local time " + clock
                + ".");
        if (spans.size() < fleets.size()) {
            lines.add("Of these, " + (fleets.size() - spans.size()) + " sent nothing in the time that was asked for.");
        }
        return lines;
    }

    private static String nothing(List<Series> fleets, StoredHistory stored, Instant now, ZoneId clock) {
        List<Span> spans = fleets.stream()
                .flatMap(each -> stored.of(each, now).stream())
                .map(StoredReplay::span)
                .toList();
        return spans.isEmpty()
                ? "No complete hour with packets of " + called(fleets)
                        + " is stored yet; wait until some have passed, or replay a file with --csv."
                : "No packets of " + called(fleets) + " are stored of that time; there are some " + range(spans, clock)
                        + ". Give --from and --to within it.";
    }

    private static String called(List<Series> fleets) {
        return fleets.size() == 1 ? fleets.get(0).name() : fleets.size() + " fleets";
    }

    private static Span span(OfFleet history) {
        return new Span(history.firstPackets(), history.lastPackets());
    }

    private static String range(List<Span> spans, ZoneId clock) {
        Instant first = spans.stream().map(Span::from).min(Instant::compareTo).orElseThrow();
        Instant last = spans.stream().map(Span::until).max(Instant::compareTo).orElseThrow();
        return "from " + shown(first, clock) + " until " + shown(last, clock);
    }

    private static String shown(Instant moment, ZoneId clock) {
        return SHOWN.format(moment.atZone(clock));
    }
}
