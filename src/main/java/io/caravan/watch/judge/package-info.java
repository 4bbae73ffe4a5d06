/**
 * Judges series that are due: learns their hours, finds the state that each is in, and decides which troubles open, go on and close. Start reading at {@link io.caravan.watch.judge.Round}, one look at
 * some series, and at {@link io.caravan.watch.judge.StateRules}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.judge;
