package io.caravan.alert.rules;

import io.caravan.alert.Severity;
import java.time.Duration;
import java.util.Optional;

/**
 * A stream rule as config/rules says it.
 *
 * @param name one for all files
 * @param dataset whose records it is about
 * @param when the condition, as written
 * @param clear what ends it; empty: that the condition doesn't hold
 * @param holds so long the condition must hold, by event time
 * @param count so often it must hold; empty: once
 * @param expire it ends when so long no record has said anything of it
 */
public record Rule(
        String name,
        String dataset,
        String when,
        Optional<String> clear,
        Duration holds,
        Optional<CountWindow> count,
        Optional<Duration> expire,
        Severity severity,
        RuleTexts texts) {

    /** What it watches for, without how it is told: as long as this is the same, what is known of assets stays true. */
    String meaning() {
        return "%s|%s|%s|%s|%s"
                .formatted(
                        when.strip(),
                        clear.map(String::strip).orElse(""),
                        holds,
                        count.map(CountWindow::toString).orElse(""),
                        expire.map(Duration::toString).orElse(""));
    }

    /** Of the incident about one asset. */
    public String key(String asset) {
        return key(name, asset);
    }

    static String key(String rule, String asset) {
        return "rule/" + rule + "/" + asset;
    }
}
