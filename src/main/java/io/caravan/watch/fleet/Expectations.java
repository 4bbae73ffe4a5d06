package io.caravan.watch.fleet;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Shift;
import io.caravan.calendar.files.Calendars;
import io.caravan.watch.detect.Expectation;
import io.caravan.watch.detect.SpecialDates;
import io.caravan.watch.detect.WeekPrior;
import io.caravan.watch.detect.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the detector may expect by what is written. Fleets of one mind share one answer, which knows the planned silences of the last nine days and the next seven weeks; after a day, or when
 * anything written changes, it is made anew. Safe for any thread, and quick.
 */
public final class Expectations {
    private static final Logger LOG = LoggerFactory.getLogger(Expectations.class);
    private static final Duration BEHIND = Duration.ofDays(9);
    private static final Duration AHEAD = Duration.ofDays(49);

    private final Calendars calendars;
    private final Map<Written, Expectation> known = new ConcurrentHashMap<>();
    private final Map<List<BusinessCalendar>, SpecialDates> dates = new ConcurrentHashMap<>();
    private volatile Valid valid = new Valid(-1, -1);

    /** For which version of what is written, on which day. */
    private record Valid(long version, long day) {}

    /** What of a fleet's settings says when it is expected. */
    private record Written(
            Optional<String> country,
            Optional<String> region,
            Optional<ZoneId> zone,
            Optional<List<String>> calendars,
            Optional<List<Shift>> schedule,
            Optional<Double> packetsPerHour,
            Optional<List<Maintenance>> maintenance,
            Optional<Boolean> worksOnHolidays) {
        static Written in(FleetSettings settings) {
            return new Written(
                    settings.country(),
                    settings.country().isPresent() ? settings.region() : Optional.empty(),
                    settings.zone(),
                    settings.calendars(),
                    settings.schedule(),
                    settings.packetsPerHour(),
                    settings.maintenance(),
                    settings.worksOnHolidays());
        }
    }

    public Expectations(Calendars calendars) {
        this.calendars = calendars;
    }

    /**
     * What to expect of a fleet.
     *
     * @param version of {@link Fleets}: another one forgets all answers
     */
    public Expectation of(FleetSettings settings, long version, Instant now) {
        Valid wanted = new Valid(
                version, Math.floorDiv(now.getEpochSecond(), Duration.ofDays(1).toSeconds()));
        if (!wanted.equals(valid)) {
            synchronized (this) {
                if (!wanted.equals(valid)) {
                    known.clear();
                    dates.clear();
                    valid = wanted;
                }
            }
        }
        return known.computeIfAbsent(Written.in(settings), written -> make(settings, now));
    }

    private Expectation make(FleetSettings settings, Instant now) {
        List<BusinessCalendar> its = calendars(settings);
        ZoneId zone = zone(settings, its);
        SpecialDates special = dates.computeIfAbsent(its, SpecialDates::of);
        Expectation expectation = Expectation.in(zone)
                .withSpecialDates(special)
                .withWindows(windows(settings, now.minus(BEHIND), now.plus(AHEAD), zone))
                .worksOnHolidays(settings.worksOnHolidays().orElse(false));
        return settings.schedule()
                .map(shifts -> settings.packetsPerHour()
                        .map(rate -> WeekPrior.ofSchedule(shifts, rate))
                        .orElseGet(() -> WeekPrior.ofSchedule(shifts)))
                .map(expectation::withPrior)
                .orElse(expectation);
    }

    /** A calendar that was deleted since the file was read must not stop the watch. */
    private List<BusinessCalendar> calendars(FleetSettings settings) {
        try {
            return PlaceHolidays.of(settings, calendars);
        } catch (IllegalArgumentException e) {
            LOG.error(
                    "Fleets with calendars {} and country {} are watched without: {}",
                    settings.calendars(),
                    settings.country(),
                    e.getMessage());
            return List.of();
        }
    }

    /** The zone that is written, or else that of the first calendar that has one of its own. */
    public static ZoneId zone(FleetSettings settings, List<BusinessCalendar> calendars) {
        return settings.zone()
                .orElseGet(() -> calendars.stream()
                        .map(BusinessCalendar::zone)
                        .filter(zone -> !zone.equals(ZoneOffset.UTC))
                        .findFirst()
                        .orElse(ZoneOffset.UTC));
    }

    /** The planned silences that touch a time, in order. */
    public static List<Window> windows(FleetSettings settings, Instant from, Instant until, ZoneId zone) {
        return settings.maintenance().orElse(List.of()).stream()
                .flatMap(maintenance -> maintenance.windows(from, until, zone).stream())
                .sorted(Comparator.comparing(Window::from))
                .toList();
    }
}
