package io.caravan.watch.fleet;

import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.files.Calendars;
import java.util.List;
import java.util.Optional;

/** The calendars that settings mean: those that they name, or else the public holidays of their country. */
public final class PlaceHolidays {
    private PlaceHolidays() {}

    /**
     * The calendars of a fleet; none when nothing is said.
     *
     * @throws IllegalArgumentException when one of them, or the country, is unknown
     */
    public static List<BusinessCalendar> of(FleetSettings settings, Calendars calendars) {
        if (settings.calendars().isPresent()) {
            return settings.calendars().get().stream().map(calendars::named).toList();
        }
        return settings.country()
                .map(country -> List.of(ofCountry(country, settings.region())))
                .orElse(List.of());
    }

    /** A region is a name as people like it; where the country's holidays know it, it has its own. */
    private static BusinessCalendar ofCountry(String country, Optional<String> region) {
        if (region.isPresent() && !country.contains("-")) {
            try {
                return Calendars.publicHolidays(country + "-" + region.get());
            } catch (IllegalArgumentException unknownRegion) {
                return Calendars.publicHolidays(country);
            }
        }
        return Calendars.publicHolidays(country);
    }
}
