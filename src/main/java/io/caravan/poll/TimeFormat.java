package io.caravan.poll;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;

/** How a provider wants times in a query. */
enum TimeFormat {
    ISO(ChronoUnit.MILLIS),
    EPOCH_SECONDS(ChronoUnit.SECONDS),
    EPOCH_MILLIS(ChronoUnit.MILLIS);

    private final ChronoUnit unit;

    TimeFormat(ChronoUnit unit) {
        this.unit = unit;
    }

    static TimeFormat of(String word) {
        return Arrays.stream(values())
                .filter(format -> format.name().replace("_", "").equalsIgnoreCase(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("timeFormat '" + word.toLowerCase(Locale.ROOT)
                        + "' is unknown; use iso, epochSeconds or epochMillis."));
    }

    /** Cut to what the format can say, so that windows meet without gap. */
    Instant cut(Instant time) {
        return time.truncatedTo(unit);
    }

    Instant next(Instant time) {
        return time.plus(1, unit);
    }

    String write(Instant time) {
        return switch (this) {
            case ISO -> time.toString();
            case EPOCH_SECONDS -> Long.toString(time.getEpochSecond());
            case EPOCH_MILLIS -> Long.toString(time.toEpochMilli());
        };
    }
}
