package io.caravan.watch.cause;

/** A line of a finding's evidence, for a table that people read. */
public record Fact(String label, String value) {}
