package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.alert.rules.condition.Field;
import io.caravan.batch.RecordTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a dataset's records are read.
 *
 * @param asset where a record names what it is about
 * @param time where it bears its time; empty: it happened when it came
 * @param maxAge older ones are none of the present
 * @param maxAhead those of a time so much later than their arrival are not believed
 */
public record RecordReading(
        String dataset, Field asset, Optional<Field> time, RecordTime times, Duration maxAge, Duration maxAhead) {
    private static final int LONGEST_ASSET = 200;

    /** Empty: the record names no asset. */
    Optional<String> asset(ObjectNode record) {
        JsonNode value = asset.in(record);
        String text = value.isValueNode() && !value.isNull() ? value.asText().strip() : "";
        return text.isEmpty() || text.length() > LONGEST_ASSET ? Optional.empty() : Optional.of(text);
    }

    /** Empty: it bears no time, or one in the future. */
    Optional<Instant> time(ObjectNode record, Instant arrivedAt) {
        return time.isEmpty()
                ? Optional.of(arrivedAt)
                : times.read(time.get().in(record)).filter(at -> !at.isAfter(arrivedAt.plus(maxAhead)));
    }

    boolean isPast(Instant at, Instant arrivedAt) {
        return at.isBefore(arrivedAt.minus(maxAge));
    }
}
