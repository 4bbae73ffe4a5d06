package io.caravan.watch.cause;

import java.util.List;
import java.util.Optional;

/**
 * The likeliest cause of a trouble, with what to do about it.
 *
 * @param confidence from 0 to 1
 * @param title the cause in a few words
 * @param sentence what it was concluded from
 * @param remedy what to do
 * @param customerDraft what one may write to the customer; empty where the customer can do nothing about it
 * @param evidence what is known, line by line, other suspicions too
 */
public record Finding(
        Cause cause,
        double confidence,
        Severity severity,
        String title,
        String sentence,
        String remedy,
        Optional<String> customerDraft,
        List<Fact> evidence) {
    public Finding {
        if (!(confidence >= 0 && confidence <= 1)) {
            throw new IllegalArgumentException("A confidence is from 0 to 1, not " + confidence + ".");
        }
        evidence = List.copyOf(evidence);
    }

    public boolean isKnown() {
        return cause != Cause.UNKNOWN;
    }
}
