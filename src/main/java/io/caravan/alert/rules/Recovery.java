package io.caravan.alert.rules;

/** A rule fires for an asset no longer. */
public record Recovery(Rule rule, String asset, String why) {}
