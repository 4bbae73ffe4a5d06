package io.caravan.watch.series;

import io.caravan.watch.detect.Window;
import java.time.Instant;
import java.util.List;

/** Knows what people have written of each series. Safe for any thread, and quick: it is asked at each look. */
public interface Profiles {
    Profile of(Series series);

    /** The planned silences that are written of a series and touch a time, also one long ago. */
    default List<Window> plannedSilences(Series series, Instant from, Instant until) {
        return of(series).expectation().windows().stream()
                .filter(window ->
                        window.from().isBefore(until) && window.until().isAfter(from))
                .toList();
    }

    /** Grows with each change of what is written. */
    long version();
}
