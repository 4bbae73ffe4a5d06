/**
 * What flows: batches of records, read strictly and byte for byte from pages and files, with a canonical form by which equal records are known.
 * Start reading at {@link io.caravan.batch.Batch}, then {@link io.caravan.batch.RecordParser} for what a record may be.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.batch;
