package io.caravan.bench;

import io.caravan.bench.Stopwatch.Measured;

/** One way to bring the packets into the table. */
interface Contender {
    /** A short name for the table of results. */
    String name();

    /** What it does, in a sentence. */
    String does();

    /** How many of the wanted records it is given: a slow one gets fewer. */
    default int share(int wanted, int pageSize) {
        return wanted;
    }

    /** Loads the first {@code records} packets, in pages of this size, into the empty table; prepares before it starts the watch. */
    Measured run(int pageSize, int records, Stopwatch watch) throws Exception;
}
