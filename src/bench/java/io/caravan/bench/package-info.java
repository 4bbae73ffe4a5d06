/**
 * Benchmarks: how fast Caravan is beside the least that PostgreSQL asks for and beside the stock way. Start reading at {@link
 * io.caravan.bench.LoadBench}.
 */
@NullMarked
package io.caravan.bench;

import org.jspecify.annotations.NullMarked;
