package io.caravan.alert;

import java.time.Instant;
import java.util.Optional;

/**
 * Where a channel counts its messages and its failures.
 *
 * @param address empty: the whole channel
 * @param failures in a row
 * @param until when it is tried again; empty: now, or by hand
 * @param error the last failure
 */
public record Line(
        String channel,
        String address,
        LineState state,
        int failures,
        Optional<Instant> until,
        Optional<String> movedTo,
        Optional<String> error) {}
