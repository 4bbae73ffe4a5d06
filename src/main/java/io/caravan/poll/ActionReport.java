package io.caravan.poll;

/**
 * What became of an action.
 *
 * @param done whether it changed anything, or, of a probe, whether the credential in use was accepted
 * @param sentence what was done, or why nothing was
 */
public record ActionReport(boolean done, String sentence) {}
