package io.caravan.watch.episode;

import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesState;
import java.util.Locale;
import java.util.Optional;

/** What is wrong with a series. The names are those of the column {@code caravan.watch_episode.kind}. */
public enum EpisodeKind {
    SILENT,
    PARTIAL,
    VOLUME_DROP,
    LAGGING,
    /** Calls to its provider fail, whether it is silent already or not. */
    ERRORS,
    /** A provider's packets name more new fleets than can be true. */
    TOO_MANY_FLEETS;

    /** What a state is a problem of; empty: of nothing that is told. */
    public static Optional<EpisodeKind> of(SeriesState state) {
        return state.isTold() ? Optional.of(valueOf(state.name())) : Optional.empty();
    }

    /** Whether a trouble of this kind in a merged stream is reason enough for one of the other kind in a member. */
    public boolean explains(EpisodeKind member) {
        return switch (this) {
            case SILENT, ERRORS -> true;
            case PARTIAL -> member == SILENT || member == PARTIAL || member == VOLUME_DROP;
            case VOLUME_DROP, LAGGING -> member == this;
            case TOO_MANY_FLEETS -> false;
        };
    }

    /** Whether it is a problem of a series' state, of which a series has one at a time. */
    public boolean isOfState() {
        return this != ERRORS && this != TOO_MANY_FLEETS;
    }

    /**
     * Whether people may say that it is expected until some time, as of what a provider announces. A spare credential that fails concerns no fleet, and what names too many fleets is mended rather
     * than awaited.
     *
     * @param of whom it is a problem
     */
    public boolean canBeExpected(SeriesKind of) {
        return switch (this) {
            case SILENT, PARTIAL, VOLUME_DROP, LAGGING -> true;
            case ERRORS -> of == SeriesKind.PROVIDER;
            case TOO_MANY_FLEETS -> false;
        };
    }

    /** What tells it from others that a series may have at the same time: {@code state}, {@code errors}, {@code too-many-fleets}. */
    String sort() {
        return isOfState() ? "state" : word();
    }

    /** {@code volume-drop}, as in the facts of an event. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
