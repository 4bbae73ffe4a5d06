package io.caravan.dag.engine;

/** Places for tasks on this node's workers. A place is taken before a task is claimed for it, so that no task is claimed that nobody can begin. Safe for any thread. */
final class Seats {
    private final int all;
    private int free;

    Seats(int all) {
        this.all = all;
        this.free = all;
    }

    /** Takes as many as are free; the answer is how many. */
    synchronized int takeAll() {
        int taken = free;
        free = 0;
        return taken;
    }

    synchronized boolean isAnyFree() {
        return free > 0;
    }

    synchronized boolean takeOne() {
        if (free == 0) {
            return false;
        }
        free--;
        return true;
    }

    synchronized void giveBack(int seats) {
        free = Math.min(all, free + seats);
    }
}
