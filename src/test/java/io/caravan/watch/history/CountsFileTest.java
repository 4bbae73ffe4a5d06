package io.caravan.watch.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountsFileTest {
    private static final CountsFileOptions AMSTERDAM = CountsFileOptions.in(ZoneId.of("Europe/Amsterdam"));

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-03-02 0%d:00:00,%d",
                "2026-03-02T0%d:00,%d",
                "2026/03/02 %d:00;%d",
                "02.03.2026 0%d:00\t%d",
                "02-MAR-2026 0%d:00,%d",
                "\"March 02, 2026 0%d:00:00 AM\",%d",
                "Mon 2 Mar 2026 0%d:00,%d",
                "202603020%d00,%d",
                "202603020%d,%d",
                "20260302T0%d,%d",
                "2026-03-02T0%d:00:00+01:00,%d",
                "2026-03-02T0%d:00+01:00[Europe/Amsterdam],%d",
                "2026-03-02 0%d:00:00 CET,%d"
            })
    void timesAreReadAsTheyAreWritten(String format) throws IOException {
        StringBuilder text = new StringBuilder("\uFEFFtime,visitors\n");
        for (int hour = 1; hour <= 8; hour++) {
            text.append(format.formatted(hour, 10 * hour)).append('\n');
        }
        Counts counts = read(text.toString().replace("time,visitors", heading(format)), AMSTERDAM)
                .series()
                .get(0);
        assertThat(counts.interval()).isEqualTo(Duration.ofHours(1));
        assertThat(counts.from()).isEqualTo(Instant.parse("2026-03-02T00:00:00Z"));
        assertThat(counts.size()).isEqualTo(8);
        assertThat(counts.value(7)).isEqualTo(80);
    }

    @Test
    void secondsAndMillisecondsSince1970AreTimesToo() throws IOException {
        assertThat(read("1772409600,5\n1772411400,7\n1772413200,9\n", AMSTERDAM)
                        .series()
                        .get(0)
                        .from())
                .isEqualTo(Instant.parse("2026-03-02T00:00:00Z"));
        assertThat(read("ts,n\n1772409600000,5\n1772411400000,7\n", AMSTERDAM)
                        .series()
                        .get(0)
                        .interval())
                .isEqualTo(Duration.ofMinutes(30));
    }

    @Test
    void theDayOrTheMonthMayComeFirst() throws IOException {
        String american = "date,n\n01/12/2026,1\n01/13/2026,2\n01/14/2026,3\n";
        String european = "date,n\n12/01/2026,1\n13/01/2026,2\n14/01/2026,3\n";
        Instant expected = Instant.parse("2026-01-11T23:00:00Z");
        assertThat(read(american, AMSTERDAM).series().get(0).from()).isEqualTo(expected);
        assertThat(read(european, AMSTERDAM).series().get(0).from()).isEqualTo(expected);
        String steady = "date,n\n01/02/2026,1\n02/02/2026,2\n03/02/2026,3\n04/02/2026,3\n";
        assertThat(read(steady, AMSTERDAM).series().get(0).interval()).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void whichComesFirstIsAskedWhenNothingTells() {
        assertThatThrownBy(() -> read("date,n\n01/01/2026,1\n02/02/2026,2\n", AMSTERDAM))
                .isInstanceOf(CountsFileException.class)
                .hasMessageContaining("may have the day or the month first")
                .hasMessageContaining("--dates dmy or --dates mdy");
    }

    @Test
    void dateAndHourMayStandApart() throws IOException {
        StringBuilder text = new StringBuilder("ID,Year,Month,Mdate,Day,Time,Sensor_ID,Hourly_Counts\n");
        for (int hour = 0; hour < 24; hour++) {
            for (int sensor = 4; sensor <= 5; sensor++) {
                text.append("%d,2026,January,5,Monday,%d,%d,\"1,0%02d\"\n"
                        .formatted(100 * hour + sensor, hour, sensor, hour));
            }
        }
        List<Counts> series = read(text.toString(), AMSTERDAM).series();
        assertThat(series).extracting(Counts::name).containsExactly("4", "5");
        assertThat(series.get(1).value(23)).isEqualTo(1023);
        assertThat(series.get(0).from()).isEqualTo(Instant.parse("2026-01-04T23:00:00Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Datum|Uhrzeit|Anzahl\n05.01.2026|%1$02d:00|%2$d\n",
                "day;from;cars\n2026-01-05;%1$02d:00:00;%2$d\n",
                "day;period;cars\n2026-01-05;%1$d:00 - %3$d:00;%2$d\n",
                "day;at;cars\n2026-01-05;%1$d:00 AM;%2$d\n"
            })
    void aClockBesideADateIsNoNameOfASeries(String format) throws IOException {
        int heading = format.indexOf('\n') + 1;
        StringBuilder text = new StringBuilder(format.substring(0, heading));
        for (int hour = 1; hour < 12; hour++) {
            text.append(format.substring(heading).formatted(hour, 10 * hour, hour + 1));
        }
        List<Counts> series = read(text.toString(), AMSTERDAM).series();
        assertThat(series).singleElement().satisfies(counts -> {
            assertThat(counts.interval()).isEqualTo(Duration.ofHours(1));
            assertThat(counts.from()).isEqualTo(Instant.parse("2026-01-05T00:00:00Z"));
            assertThat(counts.value(10)).isEqualTo(110);
        });
    }

    @Test
    void whatASpreadsheetSavesAsUnicodeIsRead() throws IOException {
        Path file = folder.resolve("unicode.csv");
        Files.write(file, "time\tcount\n2026-03-02 00:00\t5\n2026-03-02 01:00\t6\n".getBytes(StandardCharsets.UTF_16));
        assertThat(CountsFile.read(file, AMSTERDAM).series().get(0).value(1)).isEqualTo(6);
    }

    @Test
    void aNumberOfTheRowIsNoCount() throws IOException {
        StringBuilder text = new StringBuilder(",time,pickups\n");
        for (int hour = 0; hour < 12; hour++) {
            text.append("%d,2026-01-05 %02d:00,%d\n".formatted(hour, hour, 7 * hour % 5));
        }
        assertThat(read(text.toString(), AMSTERDAM).series())
                .extracting(Counts::name)
                .containsExactly("pickups");
    }

    @Test
    void aDotMayStandBetweenThousands() throws IOException {
        CountsFile file =
                read("Zeit;Anzahl\n05.01.2026 00:00;987\n05.01.2026 01:00;1.234\n05.01.2026 02:00;0\n", AMSTERDAM);
        assertThat(file.series().get(0).value(1)).isEqualTo(1234);
        assertThat(file.understood()).contains("A dot stands between thousands: 1.234 is 1,234.");
        assertThat(read("time;load\n05.01.2026 00:00;987.5\n05.01.2026 01:00;1.234\n", AMSTERDAM)
                        .series()
                        .get(0)
                        .value(1))
                .isEqualTo(1.234);
    }

    @Test
    void hoursThatAreReadSomeSecondsLateAreHours() throws IOException {
        StringBuilder text = new StringBuilder("time,count\n");
        for (int hour = 0; hour < 12; hour++) {
            text.append("2026-01-05 %02d:00:%02d,4\n".formatted(hour, 4 * hour));
        }
        assertThat(read(text.toString(), AMSTERDAM).series().get(0).interval()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aWideFileHasASeriesPerColumn() throws IOException {
        CountsFile file = read(
                "Date;East Sidewalk;West Sidewalk\n2026-01-05 00:00;1;2\n2026-01-05 01:00;3;\n2026-01-05 02:00;5;6\n",
                AMSTERDAM);
        assertThat(file.series()).extracting(Counts::name).containsExactly("East Sidewalk", "West Sidewalk");
        assertThat(file.series().get(1).size()).isEqualTo(2);
        assertThat(file.understood()).anyMatch(line -> line.startsWith("1 value is missing"));
    }

    @Test
    void junkOnTopAndWithinIsPassedOver() throws IOException {
        CountsFile file = read(
                ",,\nReport of trips,,\n,,\nBase,Pick Up Date,Number of Trips\nA,01/30/2026, 26 \nB,01/30/2026, 5 \nA,01/31/2026,\" 1,137 \"\nB,01/31/2026, 0 \n,,\n",
                AMSTERDAM);
        assertThat(file.series()).extracting(Counts::name).containsExactly("A", "B");
        assertThat(file.series().get(0).value(1)).isEqualTo(1137);
    }

    @Test
    void theHourThatComesTwiceIsTwoHours() throws IOException {
        StringBuilder text = new StringBuilder("time,count\n");
        for (String hour : List.of("00", "01", "02", "02", "03", "04")) {
            text.append("2026-10-25 ").append(hour).append(":00,7\n");
        }
        CountsFile file = read(text.toString(), AMSTERDAM);
        assertThat(file.series().get(0).size()).isEqualTo(6);
        assertThat(file.series().get(0).until()).isEqualTo(Instant.parse("2026-10-25T04:00:00Z"));
        assertThat(file.understood()).anyMatch(line -> line.contains("the clock went back"));
    }

    /** What a database prints. */
    @Test
    void timesMayBeWrittenByAnotherClockThanTheFleets() throws IOException {
        StringBuilder text = new StringBuilder("time,count\n");
        for (int hour = 0; hour < 6; hour++) {
            text.append("2026-03-29 0%d:00,%d\n".formatted(hour, hour));
        }
        CountsFile file = read(text.toString(), AMSTERDAM.writtenIn(ZoneId.of("UTC")));
        assertThat(file.series().get(0).from()).isEqualTo(Instant.parse("2026-03-29T00:00:00Z"));
        assertThat(file.series().get(0).size()).isEqualTo(6);
        assertThat(file.understood().get(0))
                .isEqualTo(
                        "6 rows of an hour, times of UTC, shown in Europe/Amsterdam, 2026-03-29 01:00 to 2026-03-29 08:00.");
        assertThat(read(text.toString(), AMSTERDAM).understood())
                .anyMatch(line -> line.startsWith("1 row is of an hour that the clock of Europe/Amsterdam skipped")
                        && line.contains("say --times-in UTC"));
    }

    @Test
    void aRowWithinThatHasNoTimeIsNamed() throws IOException {
        assertThat(read("Report,\ntime,count\n2026-02-28 00:00,1\n2026-02-30 00:00,2\n" + rows(50), AMSTERDAM)
                        .understood())
                .contains(
                        "1 line holds no data and is skipped.",
                        "1 row has no time that can be read, and is left out: line 4 is '2026-02-30 00:00 2'.");
    }

    @Test
    void aSeriesWithoutArrivalsIsTold() throws IOException {
        assertThat(read("time,count\n2026-02-28 00:00,0\n2026-02-28 01:00,0\n", AMSTERDAM)
                        .understood())
                .contains("1 series has no arrivals at all: nothing is expected there, so no silence can be told.");
    }

    @Test
    void whatWasUnderstoodIsSaidInPlainWords() throws IOException {
        CountsFile file =
                read("timestamp,value\n2026-03-02 00:00,1\n2026-03-02 00:30,0\n2026-03-02 01:00,4\n", AMSTERDAM);
        assertThat(file.understood())
                .contains(
                        "3 rows of 30 minutes, local time Europe/Amsterdam, 2026-03-02 00:00 to 2026-03-02 01:30.",
                        "Separated by commas; time is 'timestamp', counts are 'value'; one series.");
    }

    @Test
    void aMistakeNamesItsLineAndTheCure() {
        assertThatThrownBy(() -> read("time,count\n2026-03-02 00:00,1\n2026-03-02 01:00,many\n" + rows(200), AMSTERDAM))
                .hasMessageContaining("line 3: 'many' in column 'count' is no count. Mend it");
        assertThatThrownBy(() -> read("a,b\nx,1\ny,2\n", AMSTERDAM)).hasMessageContaining("no column holds times");
    }

    @Test
    void aMistypedYearIsRefusedRatherThanWalkedTo() {
        String mistyped = "time,count\n" + rows(50) + "2206-05-21 00:00,5\n2026-05-22 00:00,5\n";
        assertThatThrownBy(() -> read(mistyped, AMSTERDAM))
                .isInstanceOf(CountsFileException.class)
                .hasMessageContaining("line 52 is of 2206-05-21 00:00, and no row is of the 65,742 days before it")
                .hasMessageContaining("Mend its year if it is mistyped, or give the parts as files of their own.");
        assertThatThrownBy(() -> read("time,count\n1926-03-31 00:00,5\n" + rows(50), AMSTERDAM))
                .hasMessageContaining("line 2 is of 1926-03-31 00:00, and no row is of the 36,525 days after it");
    }

    @Test
    void aChangeOfIntervalIsTold() throws IOException {
        LocalDateTime start = LocalDateTime.of(2026, 3, 20, 0, 0);
        String hours = every(60, start, 310);
        String halves = every(30, start.plusHours(310), 200);
        CountsFile file = read("time,count\n" + hours + halves, AMSTERDAM);
        assertThat(file.series().get(0).interval()).isEqualTo(Duration.ofMinutes(30));
        assertThat(file.series().get(0).absentIsZero()).isFalse();
        assertThat(file.understood())
                .contains(
                        "From line 312 on the rows stand 30 minutes apart, before it an hour: a row is taken as of 30 minutes, and what lies between rows as unknown. Give the parts as files of one interval each.");
    }

    @Test
    void zerosThatAreLeftOutAreNoChangeOfInterval() throws IOException {
        Random random = new Random(7);
        String some = every(60, LocalDateTime.of(2026, 3, 20, 0, 0), 5000)
                .lines()
                .filter(line -> random.nextDouble() < 0.4)
                .collect(Collectors.joining("\n"));
        String days = every(60, LocalDateTime.of(2026, 3, 20, 0, 0), 5000)
                .lines()
                .filter(line -> line.compareTo("2026-05") < 0 || line.matches(".*T(0[7-9]|1[0-5]):.*"))
                .collect(Collectors.joining("\n"));
        for (String rows : List.of(some, days)) {
            CountsFile file = read("time,count\n" + rows + "\n", AMSTERDAM);
            assertThat(file.series().get(0).interval()).isEqualTo(Duration.ofHours(1));
            assertThat(file.series().get(0).absentIsZero()).isTrue();
            assertThat(file.understood()).noneMatch(line -> line.contains("the rows stand"));
        }
    }

    @Test
    void aDayMayRunFromMorningToMorning() throws IOException {
        String days = "date,hour,cars\n" + morningToMorning("2026-01-05") + morningToMorning("2026-01-06")
                + morningToMorning("2026-01-07");
        CountsFile file = read(days, AMSTERDAM);
        Counts counts = file.series().get(0);
        assertThat(counts.size()).isEqualTo(72);
        assertThat(counts.from()).isEqualTo(Instant.parse("2026-01-05T05:00:00Z"));
        assertThat(counts.until()).isEqualTo(Instant.parse("2026-01-08T05:00:00Z"));
        assertThat(counts.value(18)).isEqualTo(0);
        assertThat(file.understood())
                .contains(
                        "The day of a date begins at 06:00: earlier hours stand after it, and are taken as of the next day.");
    }

    @Test
    void suchDaysAreFoundInFilesOfManySeries() throws IOException {
        String days = (morningToMorning("2026-01-05") + morningToMorning("2026-01-06") + morningToMorning("2026-01-07"))
                .lines()
                .map(line -> "north," + line + "\nsouth," + line + "\n")
                .collect(Collectors.joining());
        assertThat(read("fleet,date,hour,cars\n" + days, AMSTERDAM).series())
                .hasSize(2)
                .allMatch(counts ->
                        counts.size() == 24 * 3 && counts.from().equals(Instant.parse("2026-01-05T05:00:00Z")));
    }

    @Test
    void unsortedHoursAreOfTheirOwnDate() throws IOException {
        List<String> rows = new ArrayList<>(
                (morningToMorning("2026-01-05") + morningToMorning("2026-01-06") + morningToMorning("2026-01-07"))
                        .lines()
                        .toList());
        Collections.shuffle(rows, new Random(3));
        CountsFile file = read("date,hour,cars\n" + String.join("\n", rows), AMSTERDAM);
        assertThat(file.series().get(0).from()).isEqualTo(Instant.parse("2026-01-04T23:00:00Z"));
        assertThat(file.understood()).noneMatch(line -> line.startsWith("The day of a date"));
    }

    @Test
    void rowsWithoutOffsetAmongOthersAreTold() throws IOException {
        CountsFile file = read(
                "time,n\n2026-03-02T00:00:00Z,1\n2026-03-02 02:00,2\n2026-03-02T02:00:00Z,3\n2026-03-02 04:00,3\n",
                AMSTERDAM);
        assertThat(file.understood())
                .contains(
                        "2 rows have no offset while others have one, and are taken as time of Europe/Amsterdam: the first is line 3; write the offset in each row, or in none.");
    }

    @Test
    void aColumnThatRepeatsAPartOfTheDateIsNoSeries() throws IOException {
        StringBuilder text = new StringBuilder("date,year,month,week,weekday,day,night,remark\n");
        for (int day = 1; day <= 20; day++) {
            LocalDate date = LocalDate.of(2026, 2, day);
            text.append("%s,2026,2,%d,%d,%d,%d,fine\n"
                    .formatted(
                            date,
                            date.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR),
                            date.getDayOfWeek().getValue() % 7,
                            100 + day % 3,
                            20 + day % 7));
        }
        CountsFile file = read(text.toString(), AMSTERDAM);
        assertThat(file.series()).extracting(Counts::name).containsExactly("day", "night");
        assertThat(file.understood())
                .contains(
                        "Used for nothing: 'year', 'month', 'week', 'weekday', 'remark'; --count, --series and --time name columns to use.");
    }

    @Test
    void dailyCountsProveNoShortDelay() throws IOException {
        String sentence =
                "A count of a day says little of silence within that day, so delays below a day prove nothing here.";
        assertThat(read("time,count\n" + rows(50), AMSTERDAM).understood()).contains(sentence);
        assertThat(read("time,count\n" + every(60, LocalDateTime.of(2026, 3, 2, 0, 0), 50), AMSTERDAM)
                        .understood())
                .doesNotContain(sentence);
    }

    @Test
    void aRowOfAnotherWidthIsNamed() throws IOException {
        assertThat(read("time,count\n2026-02-28 00:00,1\n2026-02-28 01:00,4,5,6\n" + rows(50), AMSTERDAM)
                        .understood())
                .contains(
                        "1 row has more or fewer cells than the 2 of the others, and is left out: line 3 is '2026-02-28 01:00 4 5 6'.");
    }

    @Test
    void whatHoldsNoRowsSaysWhy() throws IOException {
        assertThat(read("time,count\n2026-02-28 00:00,1\n", AMSTERDAM)
                        .understood()
                        .get(0))
                .startsWith("1 row of an hour");
        assertThatThrownBy(() -> read("time,count\n", AMSTERDAM)).hasMessageContaining("holds headings but no rows");
        Path file = folder.resolve("counts.csv.gz");
        Files.write(file, new byte[] {0x1F, (byte) 0x8B, 8, 0, 0});
        assertThatThrownBy(() -> CountsFile.read(file, AMSTERDAM))
                .isInstanceOf(CountsFileException.class)
                .hasMessageContaining("is compressed. Unpack it first: gunzip -k ");
    }

    /** Each hour counts itself. */
    private static String morningToMorning(String date) {
        return IntStream.range(6, 30)
                .map(hour -> hour % 24)
                .mapToObj(hour -> "%s,%d:00-%d:59,%d\n".formatted(date, hour, hour, hour))
                .collect(Collectors.joining());
    }

    private static String every(int minutes, LocalDateTime start, int rows) {
        return IntStream.range(0, rows)
                .mapToObj(row -> start.plusMinutes((long) minutes * row) + ",5\n")
                .collect(Collectors.joining());
    }

    private static String rows(int days) {
        StringBuilder text = new StringBuilder();
        for (int day = 0; day < days; day++) {
            text.append(LocalDate.of(2026, 4, 1).plusDays(day)).append(" 00:00,5\n");
        }
        return text.toString();
    }

    private static String heading(String format) {
        return format.contains(";") ? "time;visitors" : format.contains("\t") ? "time\tvisitors" : "time,visitors";
    }

    private CountsFile read(String text, CountsFileOptions options) throws IOException {
        Path file =
                folder.resolve("counts" + Integer.toHexString(text.hashCode()).toLowerCase(Locale.ROOT) + ".csv");
        Files.writeString(file, text);
        return CountsFile.read(file, options);
    }
}
