package io.caravan.calendar.files;

import de.focus_shift.jollyday.core.CalendarHierarchy;
import de.focus_shift.jollyday.core.Holiday;
import de.focus_shift.jollyday.core.HolidayManager;
import de.focus_shift.jollyday.core.HolidayType;
import de.focus_shift.jollyday.core.ManagerParameters;
import io.caravan.calendar.DayKind;
import io.caravan.calendar.SpecialDay;
import io.caravan.calendar.SpecialDays;
import io.caravan.routes.DidYouMean;
import java.time.LocalDate;
import java.time.Year;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The public holidays of a country or region, as Jollyday knows them. A holiday that is observed on another day closes both. A year is computed once.
 */
final class PublicHolidays implements SpecialDays {
    private final HolidayManager country;
    private final String[] region;
    private final Set<String> except;
    private final boolean bankHolidays;
    private final Map<Integer, Map<LocalDate, String>> years = new ConcurrentHashMap<>();

    private PublicHolidays(HolidayManager country, String[] region, Set<String> except, boolean bankHolidays) {
        this.country = country;
        this.region = region;
        this.except = Set.copyOf(except);
        this.bankHolidays = bankHolidays;
    }

    /**
     * Holidays of a code such as {@code nl}, {@code de-by} or {@code us-ny}.
     *
     * @param except names or keys of holidays on which work goes on, such as {@code Liberation Day}
     * @param bankHolidays whether holidays of banks close too
     * @throws IllegalArgumentException when the code or a name is unknown; the message names the known ones
     */
    static PublicHolidays of(String code, Set<String> except, boolean bankHolidays) {
        String[] parts = code.strip().toLowerCase(Locale.ROOT).split("[-/]", -1);
        Set<String> countries = HolidayManager.getSupportedCalendarCodes();
        if (countries.stream().noneMatch(parts[0]::equalsIgnoreCase)) {
            throw new IllegalArgumentException("'" + code + "' names no country whose holidays are known; "
                    + DidYouMean.cure(parts[0], countries));
        }
        HolidayManager manager = HolidayManager.getInstance(ManagerParameters.create(parts[0]));
        String[] region = new String[parts.length - 1];
        CalendarHierarchy place = manager.getCalendarHierarchy();
        for (int i = 1; i < parts.length; i++) {
            place = child(place, parts[i], code);
            region[i - 1] = place.getId();
        }
        PublicHolidays holidays = new PublicHolidays(manager, region, except, bankHolidays);
        holidays.refuseUnknown(code);
        return holidays;
    }

    private static CalendarHierarchy child(CalendarHierarchy place, String id, String code) {
        Map<String, CalendarHierarchy> children = place.getChildren();
        return children.entrySet().stream()
                .filter(child -> child.getKey().equalsIgnoreCase(id))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + code + "': '" + id + "' is no region; " + DidYouMean.cure(id, children.keySet())));
    }

    @Override
    public Optional<SpecialDay> on(LocalDate date) {
        // a holiday may be observed in the year before or after its own
        for (int year = date.getYear() - 1; year <= date.getYear() + 1; year++) {
            String name = years.computeIfAbsent(year, this::daysOf).get(date);
            if (name != null) {
                return Optional.of(new SpecialDay(DayKind.CLOSED, name));
            }
        }
        return Optional.empty();
    }

    private Map<LocalDate, String> daysOf(int year) {
        Map<LocalDate, String> days = new HashMap<>();
        for (Holiday holiday : country.getHolidays(Year.of(year), region)) {
            if (isClosed(holiday)) {
                String name = name(holiday);
                holiday.getObservedDate()
                        .filter(observed -> !observed.equals(holiday.getActualDate()))
                        .ifPresent(observed -> days.putIfAbsent(observed, name + " (observed)"));
                days.put(holiday.getActualDate(), name);
            }
        }
        return Map.copyOf(days);
    }

    private boolean isClosed(Holiday holiday) {
        boolean typeCloses = holiday.getType() == HolidayType.PUBLIC_HOLIDAY
                || (bankHolidays && holiday.getType() == HolidayType.BANK_HOLIDAY);
        return typeCloses && except.stream().noneMatch(name -> isNamed(holiday, name));
    }

    private static boolean isNamed(Holiday holiday, String name) {
        return name(holiday).equalsIgnoreCase(name.strip())
                || holiday.getPropertiesKey().equalsIgnoreCase(name.strip());
    }

    private static String name(Holiday holiday) {
        return holiday.getDescription(Locale.ENGLISH);
    }

    private void refuseUnknown(String code) {
        Set<Holiday> known = country.getHolidays(LocalDate.of(2020, 1, 1), LocalDate.of(2029, 12, 31), region);
        for (String name : except) {
            if (known.stream().noneMatch(holiday -> isNamed(holiday, name))) {
                Set<String> names = new TreeSet<>();
                known.forEach(holiday -> names.add(name(holiday)));
                throw new IllegalArgumentException(
                        "'" + name + "' is no holiday of '" + code + "'; " + DidYouMean.cure(name, names));
            }
        }
    }
}
