package io.caravan.dag.definition;

import java.time.Duration;

/**
 * How a sensor waits.
 *
 * @param every how long after "not yet" it is asked again
 * @param timeout how long after the first question it gives up
 * @param softFail whether giving up skips it rather than fails it
 */
public record Sensing(Duration every, Duration timeout, boolean softFail) {}
