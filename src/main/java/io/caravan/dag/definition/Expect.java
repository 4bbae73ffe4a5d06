package io.caravan.dag.definition;

import java.time.Duration;
import java.util.Optional;

/**
 * A promise that is kept by success, however it comes about: at each tick of {@code schedule}, plus {@code grace}, there must have been a successful run that ended no longer than {@code within} before.
 *
 * @param calendar on whose workdays it holds; none: every day
 */
public record Expect(String schedule, Duration within, Duration grace, Optional<String> calendar) {}
