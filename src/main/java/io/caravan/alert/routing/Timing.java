package io.caravan.alert.routing;

import java.time.Duration;
import java.util.Optional;

/**
 * When a group of alerts is told.
 *
 * @param groupWait from the first signal to the first message, so that what belongs together comes in one
 * @param groupInterval least time between messages about a group that grows
 * @param repeatInterval a group that is still open is told again so often; empty: never
 * @param digest cron, by the receiver's clock, at whose ticks everything that came meanwhile is told in one message; empty: {@code groupWait} holds
 */
public record Timing(
        Duration groupWait, Duration groupInterval, Optional<Duration> repeatInterval, Optional<String> digest) {}
