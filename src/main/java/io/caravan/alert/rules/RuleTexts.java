package io.caravan.alert.rules;

import io.caravan.alert.text.InlineText;
import java.util.Map;
import java.util.Optional;

/** What people are told of a rule that fires, as templates. */
public record RuleTexts(
        Optional<InlineText> summary,
        Optional<InlineText> asset,
        Optional<InlineText> action,
        Optional<InlineText> customerDraft,
        Map<String, InlineText> labels) {
    public RuleTexts {
        labels = Map.copyOf(labels);
    }
}
