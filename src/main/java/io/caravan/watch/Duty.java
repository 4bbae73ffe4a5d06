package io.caravan.watch;

import java.time.Instant;

/** Something else that the watchdog does at each look. Must be quick when there is nothing to do; one that fails doesn't keep the others from being done. */
public interface Duty {
    void run(Instant now);
}
