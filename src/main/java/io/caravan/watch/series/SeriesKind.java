package io.caravan.watch.series;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a series consists of. The names are those of the column {@code caravan.watch_series.kind}. */
public enum SeriesKind {
    /** The packets of one fleet; named {@code <provider>/<fleet>}. */
    FLEET,
    /** All fleets of one provider. */
    PROVIDER,
    /** All fleets whose data come by one credential. */
    CREDENTIAL,
    /** All fleets of one region. */
    REGION,
    /** All fleets of one tenant. */
    TENANT;

    /** Whether it is counted by its members, not by packets of its own. */
    public boolean isMerged() {
        return this != FLEET;
    }

    /** As people and events write it: {@code provider}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<SeriesKind> ofWord(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
