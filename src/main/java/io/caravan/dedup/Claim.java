package io.caravan.dedup;

import java.util.List;
import java.util.UUID;

/**
 * The keys of a batch that was filtered outside of a transaction: taken, until its work has ended well or not. If neither is said, they are free again when
 * the lease is over. Each method is one small transaction (or joins this thread's).
 */
public final class Claim {
    private final DedupMemory memory;
    private final List<UUID> hashes;
    private final UUID holder;

    Claim(DedupMemory memory, List<UUID> hashes, UUID holder) {
        this.memory = memory;
        this.hashes = hashes;
        this.holder = holder;
    }

    /** The work is done: these records are remembered for the window. */
    public void confirm() {
        memory.confirm(hashes, holder);
    }

    /** The work failed: these records are unseen again. */
    public void giveBack() {
        memory.remove(hashes, holder);
    }
}
