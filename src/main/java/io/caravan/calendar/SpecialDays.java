package io.caravan.calendar;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** The dates of a calendar that differ from their days of the week. Implementations are safe for any thread and always give the same answer. */
@FunctionalInterface
public interface SpecialDays {

    /** None at all. */
    SpecialDays NONE = date -> Optional.empty();

    Optional<SpecialDay> on(LocalDate date);

    /** Where several know a date, the first one's word counts. */
    static SpecialDays firstOf(List<SpecialDays> layers) {
        List<SpecialDays> kept = List.copyOf(layers);
        return date -> kept.stream().flatMap(layer -> layer.on(date).stream()).findFirst();
    }
}
