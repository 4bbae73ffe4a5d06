package io.caravan.watch.fleet;

import io.caravan.calendar.Moments;
import io.caravan.calendar.Schedule;
import io.caravan.calendar.Shift;
import io.caravan.watch.detect.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A time of planned silence, on the clock of the fleet's zone. */
public sealed interface Maintenance {
    /** Why, for people; may be empty. */
    String note();

    /** Its windows that touch a time. */
    List<Window> windows(Instant from, Instant until, ZoneId zone);

    /** Once; moments as people write them, {@code 2026-11-30 22:00}. One that can't be read, or ends before it begins, is refused with an IllegalArgumentException. */
    record Once(String from, String until, String note) implements Maintenance {
        public Once {
            ZoneId any = ZoneId.of("UTC");
            if (!Moments.parse(from, any).isBefore(Moments.parse(until, any))) {
                throw new IllegalArgumentException(
                        "'" + until + "' is not after '" + from + "'; let a maintenance end after its start.");
            }
        }

        @Override
        public List<Window> windows(Instant begin, Instant end, ZoneId zone) {
            Instant start = Moments.parse(from, zone);
            Instant stop = Moments.parse(until, zone);
            return start.isBefore(end) && stop.isAfter(begin) && start.isBefore(stop)
                    ? List.of(new Window(Window.Kind.MAINTENANCE, start, stop, note))
                    : List.of();
        }
    }

    /** Every week. */
    record Weekly(Shift shift, String note) implements Maintenance {
        @Override
        public List<Window> windows(Instant begin, Instant end, ZoneId zone) {
            List<Window> windows = new ArrayList<>();
            LocalDate last = LocalDate.ofInstant(end, zone);
            for (LocalDate day = LocalDate.ofInstant(begin, zone).minusDays(1);
                    !day.isAfter(last);
                    day = day.plusDays(1)) {
                if (shift.days().contains(day.getDayOfWeek())) {
                    boolean night = !shift.end().isAfter(shift.start());
                    Instant start = moment(day.atTime(shift.start()), zone);
                    Instant stop = moment((night ? day.plusDays(1) : day).atTime(shift.end()), zone);
                    if (start.isBefore(stop) && start.isBefore(end) && stop.isAfter(begin)) {
                        windows.add(new Window(Window.Kind.MAINTENANCE, start, stop, note));
                    }
                }
            }
            return windows;
        }

        private static Instant moment(LocalDateTime local, ZoneId zone) {
            return Moments.parse(local.toString(), zone);
        }
    }

    /** From each tick of a cron expression on, for a minute to a week; anything else is refused with an IllegalArgumentException. */
    record Scheduled(String schedule, Duration lasts, String note) implements Maintenance {
        private static final int MOST = 1_000;

        public Scheduled {
            Schedule.parse(schedule, ZoneId.of("UTC"));
            if (lasts.compareTo(Duration.ofMinutes(1)) < 0 || lasts.compareTo(Duration.ofDays(7)) > 0) {
                throw new IllegalArgumentException("'" + lasts + "' is no length of a maintenance; give it 1m to 7d.");
            }
        }

        @Override
        public List<Window> windows(Instant begin, Instant end, ZoneId zone) {
            Schedule ticks = Schedule.parse(schedule, zone);
            List<Window> windows = new ArrayList<>();
            Optional<Instant> tick = ticks.next(begin.minus(lasts), false);
            while (tick.isPresent() && tick.get().isBefore(end) && windows.size() < MOST) {
                Instant start = tick.get();
                windows.add(new Window(Window.Kind.MAINTENANCE, start, start.plus(lasts), note));
                tick = ticks.next(start, false);
            }
            return windows;
        }
    }
}
