package io.caravan.watch.history;

import io.caravan.watch.history.CsvTable.Row;
import io.caravan.watch.history.WrittenTime.DateOrder;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Which column of a table is what: found out from headings and from what the cells hold, unless it is said.
 *
 * @param rows of data
 * @param names of columns; {@code column 1} and so on without a heading
 * @param skipped rows above and between that hold no time
 * @param time the column of time; -1 when year, month and day have their own
 * @param hour a column that holds the hour of the day beside a date; -1 without
 * @param dayStart when the day of a date begins; earlier hours are of the day after
 * @param parts columns of year, month and day; empty without
 * @param series the column that names the series; -1 without
 * @param counts empty: each row is one event
 */
record CountsLayout(
        List<Row> rows,
        List<String> names,
        List<Row> skipped,
        boolean hasHeading,
        int time,
        int hour,
        LocalTime dayStart,
        List<Integer> parts,
        int series,
        List<Integer> counts,
        DateOrder order) {
    private static final int SAMPLE = 400;
    private static final double MOST = 0.8;
    /** So few rows may rise by chance. */
    private static final int FEW = 10;

    private static final List<String> TIME_NAMES =
            List.of("timestamp", "datetime", "date_time", "time", "date", "ts", "when");
    private static final List<String> HOUR_NAMES =
            List.of("hour", "hr", "hour_of_day", "time", "uur", "stunde", "heure");
    private static final List<String> SERIES_NAMES = List.of(
            "series",
            "sensor_id",
            "sensorid",
            "sensor",
            "fleet",
            "fleet_id",
            "station",
            "station_id",
            "site",
            "id",
            "name");
    private static final List<String> COUNT_NAMES =
            List.of("count", "counts", "value", "packets", "trips", "n", "hourly_counts", "total", "events");
    private static final List<String> COUNT_PARTS = List.of(
            "count", "trip", "packet", "passenger", "ride", "pickup", "event", "volume", "value", "total", "number");

    private static final Pattern CLOCK = Pattern.compile(
            "(\\d{1,2})(?:[:.h](\\d{2})(?::\\d{2}(?:[.,]\\d+)?)?)?\\s*(?:([AaPp])\\.?[Mm]\\.?)?(?:\\s*(?:-|–|to)\\s*\\d{1,2}[:.h\\d\\s]*(?:[AaPp]\\.?[Mm]\\.?)?)?");

    static CountsLayout of(CsvTable table, CountsFileOptions options) {
        return new Finder(table, options).find();
    }

    /** When a row's interval begins; empty when it holds no time. */
    Optional<WrittenTime> timeOf(Row row) {
        return readTime(row, time, hour, parts, order)
                .map(each -> each.local().toLocalTime().isBefore(dayStart) ? each.onNextDay() : each);
    }

    /** Names of columns that say something and are used for nothing. */
    List<String> unused() {
        return IntStream.range(0, names.size())
                .filter(i -> i != time && i != hour && i != series && !parts.contains(i) && !counts.contains(i))
                .filter(i -> rows.stream().anyMatch(row -> !row.cell(i).isEmpty()))
                .mapToObj(names::get)
                .toList();
    }

    private static Optional<WrittenTime> readTime(Row row, int time, int hour, List<Integer> parts, DateOrder order) {
        Optional<WrittenTime> date = parts.isEmpty()
                ? WrittenTime.parse(row.cell(time), order)
                : ofParts(row, parts).map(day -> new WrittenTime(day.atStartOfDay(), false, false));
        return hour < 0 ? date : date.flatMap(day -> withHour(day, row.cell(hour)));
    }

    private static Optional<LocalDate> ofParts(Row row, List<Integer> parts) {
        try {
            return Optional.of(LocalDate.of(
                    Integer.parseInt(row.cell(parts.get(0))),
                    WrittenTime.month(row.cell(parts.get(1))),
                    Integer.parseInt(row.cell(parts.get(2)))));
        } catch (NumberFormatException | DateTimeException | StringIndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    private static Optional<WrittenTime> withHour(WrittenTime date, String text) {
        OptionalInt minutes = minutesOfDay(text);
        LocalDateTime start = date.local().toLocalDate().atStartOfDay();
        return minutes.isEmpty()
                ? Optional.empty()
                : Optional.of(new WrittenTime(start.plusMinutes(minutes.getAsInt()), false, true));
    }

    /** 7, 07, 7:30, 07:00:00, 5 PM, 24; of 07:00-08:00 the beginning. */
    private static OptionalInt minutesOfDay(String text) {
        Matcher m = CLOCK.matcher(text.strip());
        if (!m.matches()) {
            return OptionalInt.empty();
        }
        int hours = Integer.parseInt(m.group(1));
        int minutes = m.group(2) == null ? 0 : Integer.parseInt(m.group(2));
        if (m.group(3) != null) {
            hours = hours % 12 + (m.group(3).equalsIgnoreCase("p") ? 12 : 0);
        }
        return hours <= 24 && minutes < 60 ? OptionalInt.of(60 * hours + minutes) : OptionalInt.empty();
    }

    /** Whether nothing but a time of day is written so. */
    private static boolean isClock(String text) {
        return text.indexOf(':') > 0 && minutesOfDay(text).isPresent();
    }

    /** Finds out, step by step. */
    private static final class Finder {
        private final CsvTable table;
        private final CountsFileOptions options;
        private final List<Row> sample;
        private List<String> names = List.of();
        private boolean hasHeading;
        private int headingLine;

        Finder(CsvTable table, CountsFileOptions options) {
            this.table = table;
            this.options = options;
            int step = Math.max(1, table.rows().size() / SAMPLE);
            this.sample = IntStream.range(0, table.rows().size())
                    .filter(i -> i % step == step - 1 && (i > 0 || table.rows().size() == 1))
                    .mapToObj(table.rows()::get)
                    .toList();
        }

        CountsLayout find() {
            if (table.rows().isEmpty() || table.width() == 0) {
                throw new CountsFileException(table.file() + " holds no rows; give a file of times and counts.");
            }
            int likely = likelyTime(DateOrder.DAY_FIRST);
            findHeading(likely);
            List<Integer> parts = options.time().isEmpty() && likely < 0 ? dateParts() : List.of();
            int time = options.time().map(this::column).orElse(likely);
            if (time < 0 && parts.isEmpty()) {
                throw noTime();
            }
            DateOrder order = parts.isEmpty() ? order(time) : DateOrder.DAY_FIRST;
            int hour = hourColumn(time, parts, order);
            List<Row> rows = new ArrayList<>();
            List<Row> skipped = new ArrayList<>();
            for (Row row : table.rows()) {
                boolean isTime = readTime(row, time, hour, parts, order).isPresent();
                (isTime ? rows : skipped).add(row);
            }
            refuseBadTimes(rows, skipped, time, parts);
            Set<Integer> taken = new HashSet<>(parts);
            taken.add(time);
            taken.add(hour);
            List<Integer> numeric = numericColumns(rows, taken).stream()
                    .filter(i -> !isDatePart(rows, i, row -> readTime(row, time, hour, parts, order)))
                    .toList();
            int series = seriesColumn(rows, numeric, taken, row -> keyOf(row, time, hour, parts));
            taken.add(series);
            List<Integer> counts = countColumns(
                    numeric.stream().filter(c -> !taken.contains(c)).toList(), series >= 0);
            LocalTime dayStart = hour < 0
                    ? LocalTime.MIDNIGHT
                    : DayStart.of(
                            rows,
                            row -> keyOf(row, time, series, parts),
                            row -> readTime(row, time, hour, parts, order));
            return new CountsLayout(
                    rows, names, skipped, hasHeading, time, hour, dayStart, parts, series, counts, order);
        }

        /** What the cells of a time say, and that of a column beside them. */
        private static String keyOf(Row row, int time, int beside, List<Integer> parts) {
            StringBuilder key = new StringBuilder(time < 0 ? "" : row.cell(time));
            parts.forEach(part -> key.append(' ').append(row.cell(part)));
            return beside < 0
                    ? key.toString()
                    : key.append(' ').append(row.cell(beside)).toString();
        }

        /** The column most of whose cells are times; one with a time of day before one of dates, a heading's word breaks ties. */
        private int likelyTime(DateOrder order) {
            int best = -1;
            double most = 0;
            for (int column = 0; column < table.width(); column++) {
                int at = column;
                double times =
                        share(row -> WrittenTime.parse(row.cell(at), order).isPresent()
                                || WrittenTime.parse(row.cell(at), DateOrder.MONTH_FIRST)
                                        .isPresent());
                double withTime = share(row -> WrittenTime.parse(row.cell(at), order)
                        .filter(WrittenTime::hasTime)
                        .isPresent());
                double named =
                        TIME_NAMES.stream().anyMatch(name -> headingOf(at).contains(name)) ? 0.1 : 0;
                if (times >= MOST && times + 0.5 * withTime + named > most) {
                    most = times + 0.5 * withTime + named;
                    best = at;
                }
            }
            return best;
        }

        private String headingOf(int column) {
            return table.rows().get(0).cell(column).toLowerCase(Locale.ROOT);
        }

        private double share(Predicate<Row> test) {
            return sample.stream().filter(test).count() / (double) sample.size();
        }

        /** The last row before the first time, if its cells are words. */
        private void findHeading(int time) {
            List<Row> rows = table.rows();
            int first = 0;
            while (first < Math.min(rows.size(), 100) && !looksLikeData(rows.get(first), time)) {
                first++;
            }
            Row before = first > 0 && first < rows.size() ? rows.get(first - 1) : null;
            hasHeading = before != null
                    && before.cells().stream().filter(cell -> !cell.isEmpty()).count() >= Math.min(2, table.width());
            headingLine = hasHeading && before != null ? before.line() : 0;
            names = IntStream.range(0, table.width())
                    .mapToObj(
                            i -> hasHeading && before != null && !before.cell(i).isEmpty()
                                    ? before.cell(i)
                                    : "column " + (i + 1))
                    .toList();
        }

        private static boolean looksLikeData(Row row, int time) {
            return time >= 0
                    ? WrittenTime.parse(row.cell(time), DateOrder.DAY_FIRST).isPresent()
                            || WrittenTime.parse(row.cell(time), DateOrder.MONTH_FIRST)
                                    .isPresent()
                    : row.cells().stream()
                            .anyMatch(cell -> WrittenNumber.parse(cell).isPresent());
        }

        private List<Integer> dateParts() {
            int year = named(List.of("year"));
            int month = named(List.of("month"));
            int day = named(List.of("mdate", "day_of_month", "dayofmonth", "day"));
            return year >= 0 && month >= 0 && day >= 0 ? List.of(year, month, day) : List.of();
        }

        private int named(List<String> words) {
            return words.stream()
                    .flatMap(word -> IntStream.range(0, names.size())
                            .filter(i -> simple(names.get(i)).equals(word))
                            .boxed())
                    .findFirst()
                    .orElse(-1);
        }

        private static String simple(String name) {
            return name.strip().toLowerCase(Locale.ROOT).replace(' ', '_');
        }

        private int column(String name) {
            for (int i = 0; i < names.size(); i++) {
                if (simple(names.get(i)).equals(simple(name)) || name.equals(String.valueOf(i + 1))) {
                    return i;
                }
            }
            throw new CountsFileException(table.file() + " has no column '" + name + "'. Known columns: "
                    + String.join(", ", names) + "; their numbers from 1 do too.");
        }

        private CountsFileException noTime() {
            Row row = sample.get(0);
            if (table.rows().size() == 1
                    && row.cells().stream()
                            .noneMatch(cell -> WrittenNumber.parse(cell).isPresent())) {
                return new CountsFileException(
                        table.file() + " holds headings but no rows; give a file of times and counts.");
            }
            return new CountsFileException(
                    table.file() + ": no column holds times; line " + row.line() + " is "
                            + String.join(" " + table.separator() + " ", row.cells())
                            + ". Name the column with --time, and write times such as 2014-07-01 13:30, or seconds since 1970.");
        }

        /** Told by a value above 12; else by which order makes steady steps; else somebody has to say it. */
        private DateOrder order(int time) {
            if (options.dateOrder().isPresent()) {
                return options.dateOrder().get();
            }
            boolean ordered = share(row -> WrittenTime.isOrdered(row.cell(time))) > 0.5;
            if (!ordered) {
                return DateOrder.DAY_FIRST;
            }
            long dayFails = fails(time, DateOrder.DAY_FIRST);
            long monthFails = fails(time, DateOrder.MONTH_FIRST);
            if (dayFails != monthFails) {
                return dayFails < monthFails ? DateOrder.DAY_FIRST : DateOrder.MONTH_FIRST;
            }
            long daySteps = bigSteps(time, DateOrder.DAY_FIRST);
            long monthSteps = bigSteps(time, DateOrder.MONTH_FIRST);
            if (daySteps != monthSteps) {
                return daySteps < monthSteps ? DateOrder.DAY_FIRST : DateOrder.MONTH_FIRST;
            }
            Row row = sample.get(0);
            throw new CountsFileException(
                    table.file() + ", line " + row.line() + ": '" + row.cell(time)
                            + "' may have the day or the month first, and no other row tells. Say it with --dates dmy or --dates mdy.");
        }

        private long fails(int time, DateOrder order) {
            return table.rows().stream()
                    .filter(row -> WrittenTime.isOrdered(row.cell(time)))
                    .filter(row -> WrittenTime.parse(row.cell(time), order).isEmpty())
                    .count();
        }

        private long bigSteps(int time, DateOrder order) {
            long steps = 0;
            LocalDate before = null;
            for (Row row : table.rows()) {
                LocalDate date = WrittenTime.parse(row.cell(time), order)
                        .map(written -> written.local().toLocalDate())
                        .orElse(before);
                if (before != null && date != null && Math.abs(date.toEpochDay() - before.toEpochDay()) > 3) {
                    steps++;
                }
                before = date;
            }
            return steps;
        }

        /** Beside a date without time of day, a column of hours: by its heading and its cells, or by cells that can be nothing else, such as 07:00. */
        private int hourColumn(int time, List<Integer> parts, DateOrder order) {
            boolean onlyDates = !parts.isEmpty()
                    || share(row -> WrittenTime.parse(row.cell(time), order)
                                    .filter(WrittenTime::hasTime)
                                    .isPresent())
                            < 0.2;
            if (!onlyDates) {
                return -1;
            }
            List<Integer> others = IntStream.range(0, names.size())
                    .filter(i -> i != time && !parts.contains(i))
                    .filter(i -> options.series().isEmpty()
                            || i != column(options.series().get()))
                    .boxed()
                    .toList();
            return others.stream()
                    .filter(i -> HOUR_NAMES.contains(simple(names.get(i))))
                    .filter(i -> share(row -> minutesOfDay(row.cell(i)).isPresent()) > MOST)
                    .findFirst()
                    .or(() -> others.stream()
                            .filter(i -> share(row -> isClock(row.cell(i))) > MOST)
                            .findFirst())
                    .orElse(-1);
        }

        /** Rows above the data may be anything, within it a few may be junk. */
        private void refuseBadTimes(List<Row> rows, List<Row> skipped, int time, List<Integer> parts) {
            int first = rows.isEmpty() ? Integer.MAX_VALUE : rows.get(0).line();
            List<Row> within = skipped.stream()
                    .filter(row -> row.line() > first && row.line() != headingLine)
                    .toList();
            if (rows.isEmpty() || within.size() > 0.05 * rows.size() + 2) {
                Row bad = rows.isEmpty() ? sample.get(0) : within.get(0);
                String cell = parts.isEmpty() ? bad.cell(time) : String.join(" ", bad.cells());
                throw new CountsFileException(table.file() + ", line " + bad.line() + ": '" + cell
                        + "' is no time, and " + Math.max(0, within.size() - 1)
                        + " other rows have none either. Name the column of times with --time, or mend these rows.");
            }
        }

        private List<Integer> numericColumns(List<Row> rows, Set<Integer> taken) {
            int step = Math.max(1, rows.size() / SAMPLE);
            return IntStream.range(0, table.width())
                    .filter(i -> !taken.contains(i))
                    .filter(i -> isNumeric(rows, i, step))
                    .filter(i -> !isRowNumber(rows, i))
                    .boxed()
                    .toList();
        }

        /** Counts don't rise by one from row to row, without end. */
        private static boolean isRowNumber(List<Row> rows, int column) {
            if (rows.size() < FEW) {
                return false;
            }
            double before = WrittenNumber.parse(rows.get(0).cell(column)).orElse(Double.NaN);
            for (Row row : rows.subList(1, rows.size())) {
                double number = WrittenNumber.parse(row.cell(column)).orElse(Double.NaN);
                if (number != before + 1) {
                    return false;
                }
                before = number;
            }
            return true;
        }

        private static boolean isNumeric(List<Row> rows, int column, int step) {
            int numbers = 0;
            int others = 0;
            for (int i = 0; i < rows.size(); i += step) {
                String cell = rows.get(i).cell(column);
                if (WrittenNumber.parse(cell).isPresent()) {
                    numbers++;
                } else if (!WrittenNumber.isMissing(cell)) {
                    others++;
                }
            }
            return numbers > 0 && others <= 0.02 * numbers;
        }

        private boolean isDatePart(List<Row> rows, int column, Function<Row, Optional<WrittenTime>> time) {
            Optional<DatePart> part = DatePart.named(names.get(column));
            if (part.isEmpty()) {
                return false;
            }
            List<DatePart.Cell> cells = new ArrayList<>();
            for (Row row : rows) {
                WrittenNumber.parse(row.cell(column))
                        .ifPresent(number ->
                                time.apply(row).ifPresent(at -> cells.add(new DatePart.Cell(at.local(), number))));
            }
            return part.get().isIn(cells);
        }

        /** When moments repeat, the column that tells the rows of one moment apart. */
        private int seriesColumn(List<Row> rows, List<Integer> numeric, Set<Integer> taken, Function<Row, String> key) {
            if (options.series().isPresent()) {
                return column(options.series().get());
            }
            long moments = rows.stream().map(key).distinct().count();
            if (moments > 0.7 * rows.size()) {
                return -1;
            }
            List<Integer> candidates = IntStream.range(0, table.width())
                    .filter(i -> !taken.contains(i))
                    .filter(i -> !isCountName(i))
                    .filter(i -> distinct(rows, row -> key.apply(row) + "\u0000" + row.cell(i)) >= 0.98 * rows.size())
                    .boxed()
                    .toList();
            Optional<Integer> byName = candidates.stream()
                    .filter(i -> SERIES_NAMES.contains(simple(names.get(i))))
                    .filter(i -> distinct(rows, row -> row.cell(i)) <= 0.5 * rows.size())
                    .findFirst();
            Optional<Integer> fewest = candidates.stream()
                    .filter(i -> !numeric.contains(i) || distinct(rows, row -> row.cell(i)) < 0.1 * rows.size())
                    .min((a, b) ->
                            Long.compare(distinct(rows, row -> row.cell(a)), distinct(rows, row -> row.cell(b))));
            if (byName.or(() -> fewest).isEmpty() && !numeric.isEmpty()) {
                throw new CountsFileException(
                        "%s: each moment stands %.1f times, and no column tells its rows apart. Name the column of series with --series; columns: %s."
                                .formatted(table.file(), rows.size() / (double) moments, String.join(", ", names)));
            }
            return byName.or(() -> fewest).orElse(-1);
        }

        private static long distinct(List<Row> rows, Function<Row, String> key) {
            return rows.stream().map(key).distinct().count();
        }

        private boolean isCountName(int column) {
            String name = simple(names.get(column));
            return COUNT_NAMES.contains(name) || name.contains("count");
        }

        private List<Integer> countColumns(List<Integer> numeric, boolean isLong) {
            if (!options.counts().isEmpty()) {
                return options.counts().stream().map(this::column).toList();
            }
            Optional<Integer> exact = COUNT_NAMES.stream()
                    .flatMap(name ->
                            numeric.stream().filter(i -> simple(names.get(i)).equals(name)))
                    .findFirst();
            if (exact.isPresent()) {
                return List.of(exact.get());
            }
            if (!isLong || numeric.size() < 2) {
                return numeric;
            }
            return COUNT_PARTS.stream()
                    .flatMap(part ->
                            numeric.stream().filter(i -> simple(names.get(i)).contains(part)))
                    .findFirst()
                    .map(List::of)
                    .orElseThrow(() -> new CountsFileException(table.file() + ": several columns may be counts: "
                            + String.join(", ", numeric.stream().map(names::get).toList())
                            + ". Name one with --count."));
        }
    }
}
