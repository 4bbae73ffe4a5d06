package io.caravan.dag;

/** Shares out workers between live work and backfills, so that neither starves the other. Pure; remembers its turn. Not thread-safe. */
final class Lanes {
    /** Of so many tasks one is a backfill's, when both have some. */
    private static final int BACKFILL_ONE_IN = 5;

    static final int LIVE = 0;
    static final int BACKFILL = 1;

    private int turn;

    /** How many of {@code free} workers backfills may have first; what either leaves, the other may take. */
    int forBackfill(int free) {
        int share = 0;
        for (int i = 0; i < free; i++) {
            turn = (turn + 1) % BACKFILL_ONE_IN;
            share += turn == 0 ? 1 : 0;
        }
        return share;
    }
}
