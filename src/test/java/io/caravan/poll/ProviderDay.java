package io.caravan.poll;

import java.time.LocalTime;
import java.time.ZoneOffset;

/** Puts a provider where a test wants its day to be, so that a test of a day's budget is the same at any hour, though the database's clock can't be set. */
final class ProviderDay {
    private static final int SIX = LocalTime.of(6, 0).toSecondOfDay();

    private ProviderDay() {}

    /** A quarter of the provider's day is over. */
    static ZoneOffset whereItIsSixInTheMorning() {
        return ZoneOffset.ofTotalSeconds(SIX - LocalTime.now(ZoneOffset.UTC).toSecondOfDay());
    }
}
