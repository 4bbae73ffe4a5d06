package io.caravan.watch.fleet;

import io.caravan.watch.detect.Window;
import java.time.LocalDate;
import java.util.List;

/**
 * What is expected of a fleet on a date, and why.
 *
 * @param expect how much of what its pattern knows of that day of the week
 * @param reasons for people; none on a day as any other
 * @param windows planned and expected silences that touch the date
 */
public record ExpectedDay(LocalDate date, Expect expect, List<String> reasons, List<Window> windows) {
    /** How much is expected. */
    public enum Expect {
        /** As on any such day of the week. */
        USUAL,
        /** Many are away; silence proves less. */
        LESS,
        /** A holiday: silence proves little. */
        LITTLE,
        /** Nothing. */
        NOTHING
    }

    public ExpectedDay {
        reasons = List.copyOf(reasons);
        windows = List.copyOf(windows);
    }
}
