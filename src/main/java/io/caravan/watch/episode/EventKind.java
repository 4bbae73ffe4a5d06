package io.caravan.watch.episode;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What became of an episode. */
public enum EventKind {
    OPENED,
    CHANGED,
    RECOVERED;

    /** As in {@code watch:events?kind=opened} and the column {@code caravan.watch_event.kind}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<EventKind> of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word().equalsIgnoreCase(word.strip()))
                .findFirst();
    }
}
