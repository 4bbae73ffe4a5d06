package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** A record with its asset and when it happened. */
record TimedRecord(String asset, Instant at, ObjectNode value) {}
