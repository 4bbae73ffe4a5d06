package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.RawRecord;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * A page that was received and is what the stream declares.
 *
 * @param uri that was asked for, without credentials
 * @param envelope all but the records
 * @param pageSize how many records a full page has
 */
record ProviderPage(URI uri, ProviderResponse response, JsonNode envelope, List<RawRecord> records, int pageSize) {

    boolean isFull() {
        return records.size() >= pageSize;
    }

    /** A text or number of the envelope; empty where it is absent, null, blank or {@code false}. */
    Optional<String> text(JsonPointer pointer) {
        JsonNode found = envelope.at(pointer);
        return found.isTextual() || found.isNumber()
                ? Optional.of(found.asText()).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    /** What the provider says about further pages, where it says so. */
    Optional<Boolean> saysMore(Optional<JsonPointer> pointer) {
        return pointer.map(envelope::at).filter(JsonNode::isBoolean).map(JsonNode::booleanValue);
    }
}
