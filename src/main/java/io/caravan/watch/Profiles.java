package io.caravan.watch;

/** Knows what people have written of each series. Safe for any thread, and quick: it is asked at each look. */
public interface Profiles {
    Profile of(Series series);

    /** Grows with each change of what is written. */
    long version();
}
