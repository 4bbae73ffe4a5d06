/**
 * Promotes batches into SQL tables whose own catalog is the contract: what is valid goes in, what was there already is
 * logged as a duplicate, what can't go in is kept with its reason, and nothing is lost. Start reading at
 * {@link io.caravan.load.Loader}, then {@link io.caravan.load.TableContract} and {@link io.caravan.load.PromotionSql}.
 */
@NullMarked
package io.caravan.load;

import org.jspecify.annotations.NullMarked;
