package io.caravan.watch.history;

import io.caravan.watch.history.CsvTable.Row;
import io.caravan.watch.history.Spacing.Change;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A file of counts as it was understood.
 *
 * @param series at least one
 * @param understood in plain words what was made of it, one sentence each
 */
public record CountsFile(List<Counts> series, List<String> understood) {
    private static final DateTimeFormatter SHOWN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ENGLISH);
    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final int MOST_NAMES = 5;
    /** So few gaps are times of which nobody knows, not of nothing. */
    private static final double FEW_GAPS = 0.02;
    /** A longer time without any row is a mistyped year rather than an outage. */
    private static final Duration LONGEST_GAP = Duration.ofDays(366);

    public CountsFile {
        series = List.copyOf(series);
        understood = List.copyOf(understood);
    }

    /**
     * Reads a file of one or many series.
     *
     * @throws CountsFileException when it can't be understood
     */
    public static CountsFile read(Path file, CountsFileOptions options) throws IOException {
        CsvTable table = CsvTable.read(file);
        return new Reading(table, CountsLayout.of(table, options), options).read();
    }

    /** One reading of one table. */
    private static final class Reading {
        private final CsvTable table;
        private final CountsLayout layout;
        private final CountsFileOptions options;
        private final Map<String, NavigableMap<Long, Counted>> series = new LinkedHashMap<>();
        private final List<String> understood = new ArrayList<>();
        private final Set<Integer> dotted = new HashSet<>();
        private final NavigableMap<Long, Integer> lines = new TreeMap<>();
        private Optional<Change> change = Optional.empty();
        private int withOffset;
        private int withoutOffset;
        private int firstWithoutOffset;
        private int missing;
        private int negative;
        private int inGap;
        private int secondPasses;
        private int duplicates;

        Reading(CsvTable table, CountsLayout layout, CountsFileOptions options) {
            this.table = table;
            this.layout = layout;
            this.options = options;
        }

        CountsFile read() {
            boolean events = layout.counts().isEmpty();
            for (int column : layout.counts()) {
                if (WrittenNumber.haveDottedThousands(
                        layout.rows().stream().map(row -> row.cell(column)).toList())) {
                    dotted.add(column);
                }
            }
            for (Row row : layout.rows()) {
                Optional<WrittenTime> time = layout.timeOf(row);
                noteOffset(row, time.orElseThrow());
                if (events) {
                    add(name(row, -1), time.orElseThrow(), new Counted(1, row.line()), true);
                }
                for (int column : layout.counts()) {
                    value(row, column)
                            .ifPresent(value ->
                                    add(name(row, column), time.orElseThrow(), new Counted(value, row.line()), false));
                }
            }
            refuseLongGap();
            Spacing spacing = events ? new Spacing(SHORTEST, Optional.empty()) : Spacing.of(series.values());
            change = spacing.change().filter(each -> withOffset == 0 || withoutOffset == 0);
            Duration interval = options.interval().orElse(spacing.interval());
            List<Counts> counts = series.entrySet().stream()
                    .map(each -> counts(each.getKey(), each.getValue(), interval, events))
                    .toList();
            if (counts.isEmpty()) {
                throw new CountsFileException(table.file()
                        + " holds times but not one count. Name the column of counts with --count; columns: "
                        + String.join(", ", layout.names()) + ".");
            }
            describe(counts, events);
            return new CountsFile(counts, understood);
        }

        private void noteOffset(Row row, WrittenTime time) {
            if (time.instant()) {
                withOffset++;
            } else {
                firstWithoutOffset = withoutOffset == 0 ? row.line() : firstWithoutOffset;
                withoutOffset++;
            }
        }

        /** The side with fewer moments is the mistake, or a file of its own. */
        private void refuseLongGap() {
            long before = lines.isEmpty() ? 0 : lines.firstKey();
            for (long after : lines.keySet()) {
                if (after - before > LONGEST_GAP.toSeconds()) {
                    boolean late = lines.tailMap(after, true).size()
                            <= lines.headMap(before, true).size();
                    long far = late ? after : before;
                    throw new CountsFileException(
                            "%s, line %d is of %s, and no row is of the %,d days %s it. Mend its year if it is mistyped, or give the parts as files of their own."
                                    .formatted(
                                            table.file(),
                                            lines.getOrDefault(far, 0),
                                            shown(Instant.ofEpochSecond(far)),
                                            Duration.ofSeconds(after - before).toDays(),
                                            late ? "before" : "after"));
                }
                before = after;
            }
        }

        private String name(Row row, int column) {
            String series = layout.series() < 0 ? "" : row.cell(layout.series());
            if (layout.series() >= 0 && layout.counts().size() < 2) {
                return series.isEmpty() ? "(unnamed)" : series;
            }
            String count = column < 0 ? "events" : layout.names().get(column);
            return series.isEmpty() ? count : series + " " + count;
        }

        private Optional<Double> value(Row row, int column) {
            String cell = row.cell(column);
            OptionalDouble value = WrittenNumber.parse(dotted.contains(column) ? cell.replace(".", "") : cell);
            if (value.isEmpty() && !WrittenNumber.isMissing(cell)) {
                throw new CountsFileException(table.file() + ", line " + row.line() + ": '" + cell + "' in column '"
                        + layout.names().get(column) + "' is no count. Mend it, or leave it empty if nobody knows.");
            }
            if (value.isEmpty()) {
                missing++;
                return Optional.empty();
            }
            if (value.getAsDouble() < 0) {
                negative++;
                return Optional.empty();
            }
            return Optional.of(value.getAsDouble());
        }

        private void add(String name, WrittenTime time, Counted row, boolean event) {
            NavigableMap<Long, Counted> values = series.computeIfAbsent(name, each -> new TreeMap<>());
            Optional<Instant> moment = moment(time, values);
            if (moment.isEmpty()) {
                inGap++;
                return;
            }
            long second = moment.get().getEpochSecond();
            lines.putIfAbsent(second, row.line());
            if (event) {
                values.merge(Math.floorDiv(second, 60L) * 60, row, Counted::plus);
            } else if (values.putIfAbsent(second, row) != null) {
                duplicates++;
            }
        }

        /** In an hour that comes twice, a time that was there already is the second pass; one that never was on the clock is left out. */
        private Optional<Instant> moment(WrittenTime time, Map<Long, Counted> values) {
            if (time.instant()) {
                return Optional.of(time.local().toInstant(ZoneOffset.UTC));
            }
            ZoneId zone = options.written();
            LocalDateTime local = time.local();
            List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
            if (offsets.isEmpty()) {
                return Optional.empty();
            }
            Instant first = local.toInstant(offsets.get(0));
            if (offsets.size() > 1 && values.containsKey(first.getEpochSecond())) {
                secondPasses++;
                return Optional.of(local.toInstant(offsets.get(1)));
            }
            return Optional.of(first);
        }

        private Counts counts(String name, NavigableMap<Long, Counted> values, Duration interval, boolean events) {
            long[] starts = values.keySet().stream().mapToLong(Long::longValue).toArray();
            double[] numbers =
                    values.values().stream().mapToDouble(Counted::value).toArray();
            return new Counts(
                    name,
                    starts,
                    numbers,
                    interval,
                    options.absentIsZero()
                            .orElseGet(() -> events || (change.isEmpty() && absentIsZero(starts, numbers, interval))));
        }

        /** A series that writes zeros doesn't leave them out; one that never does and has many gaps does. */
        private static boolean absentIsZero(long[] starts, double[] values, Duration interval) {
            double all = (starts[starts.length - 1] - starts[0]) / (double) interval.toSeconds() + 1;
            boolean writesZeros = false;
            for (double value : values) {
                writesZeros |= value == 0;
            }
            return !writesZeros && all - starts.length > FEW_GAPS * all;
        }

        private void describe(List<Counts> counts, boolean events) {
            Instant from =
                    counts.stream().map(Counts::from).min(Instant::compareTo).orElseThrow();
            Instant until =
                    counts.stream().map(Counts::until).max(Instant::compareTo).orElseThrow();
            understood.add("%,d %s%s, %s, %s to %s."
                    .formatted(
                            layout.rows().size(),
                            layout.rows().size() == 1 ? "row" : "rows",
                            events
                                    ? " of one event each"
                                    : " of " + words(counts.get(0).interval()),
                            clock(),
                            shown(from),
                            shown(until)));
            understood.add(columns(counts));
            unused();
            skipped();
            if (withOffset > 0) {
                note(
                        withoutOffset,
                        "row has",
                        "rows have",
                        "no offset while others have one, and " + are(withoutOffset) + " taken as time of "
                                + options.written() + ": the first is line " + firstWithoutOffset
                                + "; write the offset in each row, or in none");
            }
            if (!layout.dayStart().equals(LocalTime.MIDNIGHT)) {
                understood.add(
                        "The day of a date begins at %s: earlier hours stand after it, and are taken as of the next day."
                                .formatted(layout.dayStart()));
            }
            change.ifPresent(each -> understood.add(
                    "From line %,d on the rows stand %s apart, before it %s: a row is taken as of %s, and what lies between rows as unknown. Give the parts as files of one interval each."
                            .formatted(
                                    each.line(),
                                    words(each.after()),
                                    words(each.before()),
                                    words(counts.get(0).interval()))));
            if (!dotted.isEmpty()) {
                understood.add("A dot stands between thousands: 1.234 is 1,234.");
            }
            note(missing, "value is", "values are", "missing: nobody knows what came then, so silence proves nothing");
            note(negative, "value is", "values are", "negative and taken as missing");
            note(
                    inGap,
                    "row is",
                    "rows are",
                    "of an hour that the clock of " + options.written()
                            + " skipped, and left out: perhaps the times are UTC, or winter time all year; then say --times-in UTC, or such as --times-in +01:00");
            note(secondPasses, "row is", "rows are", "the second pass of the hour in which the clock went back");
            note(duplicates, "row repeats", "rows repeat", "a moment of their series; the first one counts");
            long empty = counts.stream().filter(each -> each.perHour() == 0).count();
            note(
                    (int) empty,
                    "series has",
                    "series have",
                    "no arrivals at all: nothing is expected there, so no silence can be told");
            if (counts.get(0).interval().compareTo(Duration.ofDays(1)) >= 0) {
                understood.add(
                        "A count of a day says little of silence within that day, so delays below a day prove nothing here.");
            }
            long zero = counts.stream().filter(Counts::absentIsZero).count();
            if (!events && zero > 0) {
                understood.add((zero == counts.size() ? "" : zero + " series never write 0: ")
                        + "A moment without a row counts as nothing came (--absent unknown says otherwise).");
            }
        }

        private String clock() {
            if (withOffset > 0) {
                return "times of their own offset, shown in " + options.zone();
            }
            return options.written().equals(options.zone())
                    ? "local time " + options.zone()
                    : "times of " + options.written() + ", shown in " + options.zone();
        }

        private void note(int count, String one, String many, String what) {
            if (count > 0) {
                understood.add("%,d %s %s.".formatted(count, count == 1 ? one : many, what));
            }
        }

        /** Above the data there may be anything; a row within it that is left out is named, as it may be a mistake. */
        private void skipped() {
            int first = layout.rows().get(0).line();
            List<Row> timeless = after(first, layout.skipped());
            List<Row> odd = after(first, table.odd());
            int others = layout.skipped().size()
                    - timeless.size()
                    + table.odd().size()
                    - odd.size()
                    - (layout.hasHeading() ? 1 : 0);
            note(others, "line holds", "lines hold", "no data and " + are(others) + " skipped");
            leftOut(timeless, "no time that can be read");
            leftOut(odd, "more or fewer cells than the " + table.width() + " of the others");
        }

        private static List<Row> after(int line, List<Row> rows) {
            return rows.stream().filter(row -> row.line() > line).toList();
        }

        private void leftOut(List<Row> rows, String why) {
            if (!rows.isEmpty()) {
                Row row = rows.get(0);
                note(
                        rows.size(),
                        "row has",
                        "rows have",
                        why + ", and " + are(rows.size()) + " left out: " + (rows.size() == 1 ? "" : "the first, ")
                                + "line " + row.line() + (rows.size() == 1 ? " is '" : ", is '")
                                + String.join(" ", row.cells()) + "'");
            }
        }

        private void unused() {
            List<String> names = layout.unused();
            if (!names.isEmpty()) {
                understood.add("Used for nothing: %s; --count, --series and --time name columns to use."
                        .formatted(quoted(names)));
            }
        }

        private static String quoted(List<String> names) {
            return names.stream()
                            .limit(MOST_NAMES)
                            .map(name -> "'" + name + "'")
                            .collect(Collectors.joining(", "))
                    + (names.size() > MOST_NAMES ? " and others" : "");
        }

        private static String are(int count) {
            return count == 1 ? "is" : "are";
        }

        private String columns(List<Counts> counts) {
            List<String> names = layout.names();
            String time = layout.parts().isEmpty()
                    ? "'" + names.get(layout.time()) + "'"
                    : String.join(
                            ", ",
                            layout.parts().stream()
                                    .map(part -> "'" + names.get(part) + "'")
                                    .toList());
            return "Separated by %s; time is %s%s, %s; %s."
                    .formatted(
                            table.separatorName(),
                            time,
                            layout.hour() < 0 ? "" : " with hour '" + names.get(layout.hour()) + "'",
                            layout.counts().isEmpty()
                                    ? "no column of counts"
                                    : "counts are "
                                            + quoted(layout.counts().stream()
                                                    .map(names::get)
                                                    .toList()),
                            counts.size() == 1
                                    ? "one series"
                                    : "%,d series%s"
                                            .formatted(
                                                    counts.size(),
                                                    layout.series() < 0
                                                            ? ""
                                                            : " by '" + names.get(layout.series()) + "'"));
        }

        private static String words(Duration interval) {
            long minutes = interval.toMinutes();
            if (minutes % 1440 == 0) {
                return minutes == 1440 ? "a day" : minutes / 1440 + " days";
            }
            if (minutes % 60 == 0) {
                return minutes == 60 ? "an hour" : minutes / 60 + " hours";
            }
            return minutes == 1 ? "a minute" : minutes + " minutes";
        }

        private String shown(Instant moment) {
            return SHOWN.format(moment.atZone(options.zone()));
        }
    }
}
