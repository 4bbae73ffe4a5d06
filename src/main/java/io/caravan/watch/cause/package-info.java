/**
 * Why a fleet is silent, or a provider in trouble: evidence read from the tables of the other features, one small rule a cause, and texts that people can change. Start reading at
 * {@link io.caravan.watch.cause.Causes}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.cause;
