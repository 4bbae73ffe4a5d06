package io.caravan.watch.episode;

import java.util.Locale;

/** Why an episode is over. */
public enum CloseReason {
    /** It is as it should be again. */
    RECOVERED,
    /** Nobody misses the series any more. */
    RETIRED,
    /** The trouble of a merged stream, to which it belonged, is over. */
    EXPLANATION_OVER;

    /** {@code explanation-over}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
