package io.caravan.poll;

/**
 * An answer that is not what the stream declares.
 *
 * @param url that was asked for, without credentials
 * @param reason what is wrong with it
 */
record BadPage(String url, ProviderResponse response, String reason) {}
