package io.caravan.calendar.files;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A calendar's YAML file as it is written; {@code config/schemas/calendars.schema.json} describes each field. */
record CalendarText(
        @JsonProperty("description") @Nullable String description,
        @JsonProperty("extends") @Nullable List<String> parents,
        @JsonProperty("zone") @Nullable String zone,
        @JsonProperty("shifts") @Nullable List<String> shifts,
        @JsonProperty("holidays") @Nullable List<JsonNode> holidays,
        @JsonProperty("companyDays") @Nullable List<String> companyDays,
        @JsonProperty("shutdowns") @Nullable List<String> shutdowns,
        @JsonProperty("halfDays") @Nullable List<String> halfDays,
        @JsonProperty("halfDayEnd") @Nullable String halfDayEnd,
        @JsonProperty("weakDays") @Nullable List<String> weakDays,
        @JsonProperty("extraWorkdays") @Nullable List<String> extraWorkdays,
        @JsonProperty("bridgeDays") @Nullable String bridgeDays,
        @JsonProperty("eves") @Nullable String eves,
        @JsonProperty("ics") @Nullable List<Imported> ics) {

    /** Days of an iCalendar file beside it. */
    record Imported(
            @JsonProperty("file") @Nullable String file,
            @JsonProperty("as") @Nullable String kind) {}

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return Optional.ofNullable(list).orElse(List.of());
    }
}
