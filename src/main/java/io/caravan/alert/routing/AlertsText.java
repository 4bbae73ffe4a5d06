package io.caravan.alert.routing;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code config/alerts.yaml} as it is written; {@code config/schemas/alerts.schema.json} describes each field. */
record AlertsText(
        @JsonProperty("zone") @Nullable String zone,
        @JsonProperty("receivers") @Nullable Map<String, @Nullable ReceiverText> receivers,
        @JsonProperty("people") @Nullable Map<String, PersonText> people,
        @JsonProperty("rotations") @Nullable Map<String, RotationText> rotations,
        @JsonProperty("timings") @Nullable Map<String, TimingText> timings,
        @JsonProperty("route") @Nullable RouteText route,
        @JsonProperty("inhibit") @Nullable List<InhibitText> inhibit,
        @JsonProperty("maintenance") @Nullable List<MaintenanceText> maintenance,
        @JsonProperty("flapping") @Nullable FlappingText flapping,
        @JsonProperty("heartbeat") @Nullable HeartbeatText heartbeat) {

    record ReceiverText(
            @JsonProperty("channel") @Nullable String channel,
            @JsonProperty("address") @Nullable String address,
            @JsonProperty("zone") @Nullable String zone,
            @JsonProperty("quietHours") @Nullable List<String> quietHours,
            @JsonProperty("fallback") @Nullable List<String> fallback,
            @JsonProperty("confirm") @Nullable String confirm,
            @JsonProperty("may") @Nullable List<String> may,
            @JsonProperty("calendar") @Nullable String calendar) {
        static final ReceiverText PLAIN = new ReceiverText(null, null, null, null, null, null, null, null);
    }

    record PersonText(
            @JsonProperty("kind") @Nullable String kind,
            @JsonProperty("channels") @Nullable List<Map<String, String>> channels,
            @JsonProperty("confirm") @Nullable String confirm,
            @JsonProperty("zone") @Nullable String zone,
            @JsonProperty("quietHours") @Nullable List<String> quietHours,
            @JsonProperty("subscribe") @Nullable List<List<String>> subscribe,
            @JsonProperty("leastSeverity") @Nullable String leastSeverity,
            @JsonProperty("ids") @Nullable Map<String, String> ids,
            @JsonProperty("may") @Nullable List<String> may,
            @JsonProperty("calendar") @Nullable String calendar) {}

    record RotationText(
            @JsonProperty("start") @Nullable String start,
            @JsonProperty("turn") @Nullable String turn,
            @JsonProperty("zone") @Nullable String zone,
            @JsonProperty("people") @Nullable List<String> people,
            @JsonProperty("overrides") @Nullable List<OverrideText> overrides) {}

    record OverrideText(
            @JsonProperty("from") @Nullable String from,
            @JsonProperty("until") @Nullable String until,
            @JsonProperty("person") @Nullable String person) {}

    record TimingText(
            @JsonProperty("groupWait") @Nullable String groupWait,
            @JsonProperty("groupInterval") @Nullable String groupInterval,
            @JsonProperty("repeatInterval") @Nullable String repeatInterval,
            @JsonProperty("digest") @Nullable String digest) {}

    record RouteText(
            @JsonProperty("match") @Nullable List<String> match,
            @JsonProperty("to") @Nullable List<String> to,
            @JsonProperty("continue") @Nullable Boolean continues,
            @JsonProperty("groupBy") @Nullable List<String> groupBy,
            @JsonProperty("timings") @Nullable Map<String, TimingText> timings,
            @JsonProperty("escalate") @Nullable List<EscalateText> escalate,
            @JsonProperty("routes") @Nullable List<RouteText> routes) {}

    record EscalateText(
            @JsonProperty("after") @Nullable String after,
            @JsonProperty("to") @Nullable List<String> to) {}

    record InhibitText(
            @JsonProperty("source") @Nullable List<String> source,
            @JsonProperty("target") @Nullable List<String> target,
            @JsonProperty("equal") @Nullable List<String> equal) {}

    record MaintenanceText(
            @JsonProperty("match") @Nullable List<String> match,
            @JsonProperty("hours") @Nullable List<String> hours,
            @JsonProperty("zone") @Nullable String zone,
            @JsonProperty("why") @Nullable String why) {}

    record FlappingText(
            @JsonProperty("openings") @Nullable Integer openings,
            @JsonProperty("within") @Nullable String within,
            @JsonProperty("stableFor") @Nullable String stableFor) {}

    record HeartbeatText(
            @JsonProperty("to") @Nullable String to,
            @JsonProperty("every") @Nullable String every) {}

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return Optional.ofNullable(list).orElse(List.of());
    }

    static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return Optional.ofNullable(map).orElse(Map.of());
    }
}
