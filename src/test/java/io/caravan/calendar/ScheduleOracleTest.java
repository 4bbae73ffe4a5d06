package io.caravan.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares next ticks with those found by walking a zone's time second by second or minute by minute, of random expressions around random changes of the clocks. */
class ScheduleOracleTest {
    private static final List<String> ZONES = List.of(
            "Europe/Zurich",
            "America/New_York",
            "America/Los_Angeles",
            "Australia/Lord_Howe",
            "Asia/Amman",
            "America/Santiago",
            "Europe/London",
            "Pacific/Apia",
            "Africa/Casablanca",
            "Asia/Tehran",
            "America/St_Johns",
            "Antarctica/Troll",
            "UTC");
    private static final String[] WEEKDAYS = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

    private final Random random = new Random(7);

    /** A field of an expression: how it is written, and what it matches. */
    private record Field<T>(String text, Predicate<T> matches) {}

    /** An expression that is understood without reading its text. */
    private record Expression(
            Field<Integer> second,
            Field<Integer> minute,
            Field<Integer> hour,
            Field<LocalDate> day,
            Field<Integer> month,
            Field<LocalDate> weekday) {

        String text() {
            String five = String.join(" ", minute.text, hour.text, day.text, month.text, weekday.text);
            return second.text.isEmpty() ? five : second.text + " " + five;
        }

        boolean isInterval() {
            return (second.text + minute.text + hour.text).matches(".*[*?/-].*");
        }

        boolean matches(LocalDateTime local) {
            return hasDay(local.toLocalDate())
                    && hour.matches.test(local.getHour())
                    && minute.matches.test(local.getMinute())
                    && second.matches.test(local.getSecond());
        }

        private boolean hasDay(LocalDate date) {
            boolean both = day.text.matches("[*?]") || weekday.text.matches("[*?]");
            boolean day = this.day.matches.test(date);
            boolean weekday = this.weekday.matches.test(date);
            return month.matches.test(date.getMonthValue()) && (both ? day && weekday : day || weekday);
        }
    }

    @Test
    void nextTicksAreThoseOfAWalkByMinutes() {
        for (int i = 0; i < 800; i++) {
            Expression expression = expression(new Field<>("", second -> second == 0));
            compare(expression, Duration.ofMinutes(1), Duration.ofDays(3));
        }
    }

    @Test
    void nextTicksAreThoseOfAWalkBySeconds() {
        for (int i = 0; i < 80; i++) {
            Expression expression = expression(numbers(0, 59));
            compare(expression, Duration.ofSeconds(1), Duration.ofHours(5));
        }
    }

    @Test
    void aRareTickIsFound() {
        for (String zone : ZONES) {
            for (String cron :
                    new String[] {"0 0 29 2 *", "59 59 23 29 2 ?", "0 0 L-28 2 *", "30 2 29W 2 *", "0 0 31 12 *"}) {
                Schedule schedule = Schedule.parse(cron, ZoneId.of(zone));
                Instant tick = Instant.parse("1897-03-01T00:00:00Z");
                for (int i = 0; i < 20; i++) {
                    tick = schedule.next(tick, false).orElseThrow();
                    assertThat(schedule.previous(tick.plusNanos(1), false)).contains(tick);
                }
            }
        }
    }

    private void compare(Expression expression, Duration step, Duration window) {
        ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        Instant from = nearAChange(zone, window).plusSeconds(random.nextInt(3) == 0 ? random.nextInt(60) : 0);
        Schedule schedule;
        try {
            schedule = Schedule.parse(expression.text(), zone);
        } catch (IllegalArgumentException e) {
            assertThat(e).as(expression.text()).hasMessageContaining("never ticks");
            return;
        }
        List<Instant> walked = walk(expression, zone, from, from.plus(window), step);
        for (boolean inclusive : new boolean[] {true, false}) {
            Instant asked = from;
            boolean countsItself = inclusive;
            for (Instant expected : walked) {
                if (!countsItself && expected.equals(asked)) {
                    continue;
                }
                assertThat(schedule.next(asked, countsItself))
                        .as("%s in %s from %s%s", expression.text(), zone, asked, countsItself ? " inclusive" : "")
                        .contains(expected);
                asked = expected;
                countsItself = false;
                if (random.nextInt(20) == 0) {
                    break;
                }
            }
            Optional<Instant> after = schedule.next(from, inclusive);
            if (walked.stream().noneMatch(tick -> inclusive || tick.isAfter(from))) {
                assertThat(after.filter(tick -> tick.isBefore(from.plus(window))))
                        .as("%s in %s from %s", expression.text(), zone, from)
                        .isEmpty();
            }
        }
    }

    /** Every tick of a window, by its definition. */
    private static List<Instant> walk(Expression expression, ZoneId zone, Instant from, Instant to, Duration step) {
        TreeSet<Instant> ticks = new TreeSet<>();
        long size = step.toSeconds();
        Instant first = Instant.ofEpochSecond(Math.floorDiv(from.getEpochSecond() + size - 1, size) * size);
        for (Instant at = first; at.isBefore(to); at = at.plus(step)) {
            LocalDateTime local = LocalDateTime.ofInstant(at, zone);
            boolean secondPass = zone.getRules().getValidOffsets(local).size() == 2
                    && local.toInstant(zone.getRules().getValidOffsets(local).get(0))
                            .isBefore(at);
            if (expression.matches(local) && (expression.isInterval() || !secondPass)) {
                ticks.add(at);
            }
        }
        ZoneOffsetTransition change = zone.getRules().nextTransition(from.minusNanos(1));
        while (change != null && change.getInstant().isBefore(to)) {
            LocalDateTime end = change.getDateTimeAfter();
            for (LocalDateTime local = change.getDateTimeBefore();
                    change.isGap() && local.isBefore(end);
                    local = local.plus(step)) {
                if (expression.matches(local)) {
                    ticks.add(change.getInstant());
                    break;
                }
            }
            change = zone.getRules().nextTransition(change.getInstant());
        }
        return new ArrayList<>(ticks);
    }

    private Instant nearAChange(ZoneId zone, Duration window) {
        Instant any = LocalDate.of(2005 + random.nextInt(22), 1 + random.nextInt(12), 1 + random.nextInt(28))
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        ZoneOffsetTransition change = zone.getRules().nextTransition(any);
        Instant middle = change == null ? any : change.getInstant();
        long minutes = (long) (random.nextDouble() * window.toMinutes());
        return middle.minus(Duration.ofMinutes(minutes));
    }

    private Expression expression(Field<Integer> second) {
        return new Expression(second, numbers(0, 59), hours(), day(), month(), weekday());
    }

    private Field<Integer> hours() {
        return random.nextBoolean() ? numbers(0, 4) : numbers(0, 23);
    }

    private Field<Integer> month() {
        return random.nextInt(4) > 0 ? any() : numbers(1, 12);
    }

    private static Field<Integer> any() {
        return new Field<>("*", number -> true);
    }

    /** Numbers, lists, ranges that may wrap, and steps; all from {@code min} to {@code max}. Hours up to 4 are near most changes of the clocks. */
    private Field<Integer> numbers(int min, int max) {
        int top = max == 4 ? 23 : max;
        int size = top - min + 1;
        int one = min + random.nextInt(max - min + 1);
        int other = min + random.nextInt(max - min + 1);
        int step = 1 + random.nextInt(Math.min(15, size - 1));
        return switch (random.nextInt(7)) {
            case 0 -> any();
            case 1 -> new Field<>("*/" + step, number -> (number - min) % step == 0);
            case 2 -> new Field<>(one + "," + other, number -> number == one || number == other);
            case 3 -> range(one + "-" + other, one, other, 1, size);
            case 4 -> range(one + "-" + other + "/" + step, one, other, step, size);
            case 5 -> new Field<>(one + "/" + step, number -> number >= one && (number - one) % step == 0);
            default -> new Field<>(String.valueOf(one), number -> number == one);
        };
    }

    private static Field<Integer> range(String text, int first, int last, int step, int size) {
        int length = Math.floorMod(last - first, size);
        return new Field<>(text, number -> {
            int offset = Math.floorMod(number - first, size);
            return offset <= length && offset % step == 0;
        });
    }

    private Field<LocalDate> day() {
        int number = 1 + random.nextInt(31);
        int back = random.nextInt(30);
        return switch (random.nextInt(12)) {
            case 0 -> new Field<>("L", date -> date.plusDays(1).getDayOfMonth() == 1);
            case 1 ->
                new Field<>(
                        "L-" + back,
                        date -> date.plusDays(back).getMonth() == date.getMonth()
                                && date.plusDays(back + 1).getMonth() != date.getMonth());
            case 2 -> new Field<>(number + "W", date -> isNearest(date, number));
            case 3 -> new Field<>("LW", date -> isNearest(date, date.lengthOfMonth()));
            case 4, 5 -> {
                Field<Integer> numbers = numbers(1, 31);
                yield new Field<>(numbers.text, date -> numbers.matches.test(date.getDayOfMonth()));
            }
            case 6 -> new Field<>("?", date -> true);
            default -> new Field<>("*", date -> true);
        };
    }

    /** Of the month's days from Monday to Friday the one with the least distance to a day; Saturday belongs to Friday, Sunday to Monday, but within the month. */
    private static boolean isNearest(LocalDate date, int day) {
        if (day > date.lengthOfMonth()) {
            return false;
        }
        LocalDate target = date.withDayOfMonth(day);
        return IntStream.of(0, -1, 1, -2, 2)
                .mapToObj(target::plusDays)
                .filter(near -> near.getMonth() == target.getMonth())
                .filter(near -> near.getDayOfWeek().getValue() <= 5)
                .findFirst()
                .orElseThrow()
                .equals(date);
    }

    private Field<LocalDate> weekday() {
        int number = random.nextInt(8);
        int other = random.nextInt(7);
        int week = 1 + random.nextInt(5);
        DayOfWeek weekday = number % 7 == 0 ? DayOfWeek.SUNDAY : DayOfWeek.of(number);
        IntPredicate isNumber = value -> value == number % 7;
        return switch (random.nextInt(10)) {
            case 0 ->
                new Field<>(
                        String.valueOf(number),
                        date -> isNumber.test(date.getDayOfWeek().getValue() % 7));
            case 1 ->
                new Field<>(
                        WEEKDAYS[number % 7] + "-" + WEEKDAYS[other],
                        date -> Math.floorMod(date.getDayOfWeek().getValue() - number, 7)
                                <= Math.floorMod(other - number, 7));
            case 2 ->
                new Field<>(
                        number + "#" + week,
                        date -> date.getDayOfWeek() == weekday
                                && date.minusDays(7L * (week - 1)).getMonth() == date.getMonth()
                                && date.minusDays(7L * week).getMonth() != date.getMonth());
            case 3 ->
                new Field<>(
                        number + "L",
                        date -> date.getDayOfWeek() == weekday
                                && date.plusDays(7).getMonth() != date.getMonth());
            case 4 -> new Field<>("?", date -> true);
            default -> new Field<>("*", date -> true);
        };
    }
}
