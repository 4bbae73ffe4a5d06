package io.caravan.watch.cause;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cause's YAML file as it is written; {@code config/schemas/causes.schema.json} describes each field. */
record CauseText(
        @JsonProperty("enabled") @Nullable Boolean enabled,
        @JsonProperty("order") @Nullable Integer order,
        @JsonProperty("atLeast") @Nullable Double atLeast,
        @JsonProperty("severity") @Nullable String severity,
        @JsonProperty("raisedSeverity") @Nullable String raisedSeverity,
        @JsonProperty("thresholds") @Nullable Map<String, Double> thresholds,
        @JsonProperty("title") @Nullable String title,
        @JsonProperty("remedy") @Nullable String remedy,
        @JsonProperty("customerDraft") @Nullable String customerDraft) {}
