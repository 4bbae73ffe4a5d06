package io.caravan.api;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a request is answered.
 *
 * @param status of HTTP
 * @param type of the content
 */
record Answer(int status, String type, JsonNode body) {
    static Answer ok(JsonNode body) {
        return new Answer(200, "application/json", body);
    }
}
