package io.caravan.watch.series;

import java.util.Locale;

/** How a series stands. The names are those of the column {@code caravan.watch_state.state}. */
public enum SeriesState {
    /** It sends as it is used to. */
    ON_TIME,
    /** It has been silent for longer than it normally is; shown, not told. */
    LATE,
    /** Its silence is no chance any more. */
    SILENT,
    /** Fewer of its vehicles send than do at such hours. */
    PARTIAL,
    /** It sends fewer packets than at such hours. */
    VOLUME_DROP,
    /** Packets arrive, but their events are old. */
    LAGGING,
    /** Too young to be judged, and no schedule tells what to expect. */
    UNKNOWN,
    /** A window of maintenance, or of silence that somebody expects. */
    MAINTENANCE,
    /** It is not missed. */
    RETIRED;

    /** Whether it is a problem of which people are told. */
    public boolean isTold() {
        return this == SILENT || this == PARTIAL || this == VOLUME_DROP || this == LAGGING;
    }

    /** {@code volume drop}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
