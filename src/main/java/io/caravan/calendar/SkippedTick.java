package io.caravan.calendar;

import java.time.Instant;

/** A tick that its calendar left out, and the reason, such as {@code 2026-04-06 is Easter Monday in calendar nl-workdays}. */
public record SkippedTick(Instant at, String reason) {}
