package io.caravan.poll;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Writes a {@link PollHistory} for the next start or the next owner of a stream, so that a restart doesn't cost a call that comes too early. */
final class PollHistoryJson {
    private PollHistoryJson() {}

    static ObjectNode write(PollHistory history) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        history.begunAt().ifPresent(at -> json.put("begunAt", at.toString()));
        history.lastCall()
                .ifPresent(call -> json.putObject("lastCall")
                        .put("startedAt", call.startedAt().toString())
                        .put("took", call.took().toString())
                        .put("records", call.records())
                        .put("more", call.more()));
        history.caughtUpAt().ifPresent(at -> json.put("caughtUpAt", at.toString()));
        return json.put("recordsSince", history.recordsSince())
                .put("callTime", history.callTime().mean().toString())
                .put("callTimeDeviation", history.callTime().deviation().toString())
                .put("arrivals", history.arrivals().toText());
    }

    static PollHistory read(JsonNode json) {
        return new PollHistory(
                instant(json, "begunAt"),
                Optional.ofNullable(json.get("lastCall")).map(PollHistoryJson::call),
                instant(json, "caughtUpAt"),
                json.path("recordsSince").asLong(),
                new CallTime(duration(json.path("callTime")), duration(json.path("callTimeDeviation"))),
                ArrivalRate.parse(json.path("arrivals").asText()));
    }

    private static Optional<Instant> instant(JsonNode json, String member) {
        return Optional.ofNullable(json.get(member)).map(at -> Instant.parse(at.asText()));
    }

    private static FinishedCall call(JsonNode json) {
        return new FinishedCall(
                Instant.parse(json.path("startedAt").asText()),
                duration(json.path("took")),
                json.path("records").asLong(),
                json.path("more").asBoolean());
    }

    private static Duration duration(JsonNode json) {
        return json.isTextual() ? Duration.parse(json.asText()) : Duration.ZERO;
    }
}
