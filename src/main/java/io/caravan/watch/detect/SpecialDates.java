package io.caravan.watch.detect;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.SpecialDay;
import java.time.LocalDate;
import java.time.Month;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The special days of one or several calendars, each date looked up once. Where calendars differ a day that one of them declares a workday is one, else the most closed word counts. Safe
 * for any thread; share one among all series that have the same calendars.
 */
public final class SpecialDates {
    /** Of a series without calendar: every day is ordinary. */
    public static final SpecialDates NONE = new SpecialDates(List.of(), Map.of());

    private static final double HALF = 0.5;

    private static final SpecialDate ORDINARY = new SpecialDate(DayType.ORDINARY, "", "");

    private final List<BusinessCalendar> calendars;
    private final Map<Part, Double> parts;
    private final Map<Integer, SpecialDate> known = new ConcurrentHashMap<>();

    /** What days are to some of the members of a merged stream. */
    record Part(SpecialDates dates, boolean worksOnHolidays) {
        private SpecialDate on(int epochDay) {
            SpecialDate date = dates.on(epochDay);
            return date.type() == DayType.HOLIDAY && worksOnHolidays ? ORDINARY : date;
        }
    }

    /**
     * A date that isn't ordinary.
     *
     * @param name such as {@code King's Day}
     * @param calendar the one that says so
     */
    record SpecialDate(DayType type, String name, String calendar) {}

    private SpecialDates(List<BusinessCalendar> calendars, Map<Part, Double> parts) {
        this.calendars = List.copyOf(calendars);
        this.parts = Map.copyOf(parts);
    }

    public static SpecialDates of(List<BusinessCalendar> calendars) {
        return calendars.isEmpty() ? NONE : new SpecialDates(calendars, Map.of());
    }

    /** Of a merged stream: a day is as special as it is to those who send at least half of it; the shares are 1 together. */
    static SpecialDates merged(Map<Part, Double> parts) {
        return new SpecialDates(List.of(), parts);
    }

    public DayType typeOn(LocalDate date) {
        return on((int) date.toEpochDay()).type();
    }

    /** Why a date is special; empty for an ordinary one. */
    public Optional<String> nameOn(LocalDate date) {
        return Optional.of(on((int) date.toEpochDay()).name()).filter(name -> !name.isEmpty());
    }

    /** The calendars' names, in their order. */
    public List<String> calendarNames() {
        return parts.isEmpty()
                ? calendars.stream().map(BusinessCalendar::name).toList()
                : parts.keySet().stream()
                        .flatMap(part -> part.dates().calendarNames().stream())
                        .distinct()
                        .sorted()
                        .toList();
    }

    SpecialDate on(int epochDay) {
        if (calendars.isEmpty() && parts.isEmpty()) {
            return ORDINARY;
        }
        SpecialDate date = known.get(epochDay);
        return date != null ? date : known.computeIfAbsent(epochDay, parts.isEmpty() ? this::lookUp : this::ofMost);
    }

    private SpecialDate ofMost(int epochDay) {
        for (DayType type : List.of(DayType.HOLIDAY, DayType.WEAK)) {
            double share = 0;
            SpecialDate largest = ORDINARY;
            double most = 0;
            for (Map.Entry<Part, Double> part : parts.entrySet()) {
                SpecialDate date = part.getKey().on(epochDay);
                if (date.type().compareTo(type) >= 0) {
                    share += part.getValue();
                    largest = part.getValue() > most ? date : largest;
                    most = Math.max(most, part.getValue());
                }
            }
            if (share >= HALF) {
                return new SpecialDate(type, largest.name(), largest.calendar());
            }
        }
        return ORDINARY;
    }

    private SpecialDate lookUp(int epochDay) {
        LocalDate date = LocalDate.ofEpochDay(epochDay);
        SpecialDate found = ORDINARY;
        for (BusinessCalendar calendar : calendars) {
            Optional<SpecialDay> day = calendar.specialDays().on(date);
            if (day.filter(special -> special.kind() == DayKind.WORKDAY).isPresent()) {
                return ORDINARY;
            }
            DayType type = day.map(special -> typeOf(special.kind())).orElse(DayType.ORDINARY);
            if (type.compareTo(found.type()) > 0) {
                found = new SpecialDate(type, day.orElseThrow().name(), calendar.name());
            }
        }
        return found.type() == DayType.ORDINARY && isTurnOfTheYear(date)
                ? new SpecialDate(DayType.WEAK, "the turn of the year", "")
                : found;
    }

    private static DayType typeOf(DayKind kind) {
        return switch (kind) {
            case CLOSED -> DayType.HOLIDAY;
            case HALF, WEAK -> DayType.WEAK;
            case WORKDAY -> DayType.ORDINARY;
        };
    }

    private static boolean isTurnOfTheYear(LocalDate date) {
        return (date.getMonth() == Month.DECEMBER && date.getDayOfMonth() >= 24)
                || (date.getMonth() == Month.JANUARY && date.getDayOfMonth() <= 2);
    }

    @Override
    public boolean equals(@org.jspecify.annotations.Nullable Object other) {
        return other instanceof SpecialDates dates && dates.calendars.equals(calendars) && dates.parts.equals(parts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(calendars, parts);
    }

    @Override
    public String toString() {
        return "SpecialDates" + calendarNames();
    }
}
