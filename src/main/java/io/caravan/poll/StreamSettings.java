package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a stream's endpoint says about it.
 *
 * @param address of the stream: the provider's url and the path
 * @param records where a page has its records; not used for lines
 * @param lines whether a page is NDJSON, one record a line
 * @param pageSizeParameter the query parameter that takes the page size; empty: it isn't sent
 * @param recordTime where a record has its own time; empty: the lag isn't known
 */
record StreamSettings(
        StreamName name,
        URI address,
        JsonPointer records,
        boolean lines,
        int pageSize,
        Optional<String> pageSizeParameter,
        Pagination pagination,
        Optional<JsonPointer> recordTime) {

    /** The address to call, without credentials. */
    URI uri(Pagination.Ask ask) {
        if (ask.address().isPresent()) {
            return ask.address().get();
        }
        Map<String, String> parameters = new LinkedHashMap<>(ask.parameters());
        pageSizeParameter.ifPresent(parameter -> parameters.put(parameter, Integer.toString(pageSize)));
        return Addresses.with(address, parameters);
    }

    StreamSettings with(Pagination other) {
        return new StreamSettings(name, address, records, lines, pageSize, pageSizeParameter, other, recordTime);
    }
}
