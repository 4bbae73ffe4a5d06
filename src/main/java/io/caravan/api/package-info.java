/**
 * REST, one class a noun, under {@code /api}: thin faces of what the features' own classes do, in JSON, with mistakes told as problem+json (RFC 9457) that name the field and the cure.
 * Start reading at {@link io.caravan.api.FleetsApi}; {@link io.caravan.api.Answer} is what each request becomes.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.api;
