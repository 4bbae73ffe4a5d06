package io.caravan.poll;

/**
 * What came of trying a credential.
 *
 * @param error what the provider said; empty when it accepted
 */
public record ProbeResult(String credential, boolean accepted, String error) {}
