package io.caravan.alert.rules.condition;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a condition may know: a record, and what its asset's fields were before. */
public interface Facts {
    /** The value; a missing node where the record has none. */
    JsonNode value(Field field);

    /** What the asset's last record with this field said; null where there was none. */
    @Nullable
    Earlier earlier(Field field);

    /** When the record's event happened. */
    Instant at();

    /** Something can't be judged, such as a text where a number is needed. */
    void fault(String what);

    /**
     * A value that was.
     *
     * @param at when
     */
    record Earlier(JsonNode value, Instant at) {}
}
