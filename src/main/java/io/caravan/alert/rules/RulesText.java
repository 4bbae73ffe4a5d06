package io.caravan.alert.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of config/rules as it is written. */
record RulesText(@Nullable String dataset, @Nullable Map<String, RuleText> rules) {
    /** One rule. */
    record RuleText(
            @Nullable String dataset,
            @Nullable Boolean enabled,
            @Nullable String when,
            @Nullable String clear,
            @JsonProperty("for") @Nullable String holds,
            @Nullable String count,
            @Nullable String expire,
            @Nullable String severity,
            @Nullable String summary,
            @Nullable String asset,
            @Nullable String action,
            @Nullable String customerDraft,
            @Nullable Map<String, String> labels) {}
}
