package io.caravan.batch;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Ids that sort by when they were made, so that an index grows at its end. Safe for any thread. */
public final class TimeOrderedId {
    private static final long MOST = 0xFFF;
    private static final int FIRST_BELOW = 0x800;

    /** Milliseconds, and in the lowest 12 bits how many were made in that one. */
    private static final AtomicLong LAST = new AtomicLong();

    private TimeOrderedId() {}

    /**
     * RFC 9562, section 5.7: 48 bits of milliseconds, version 7, a count of 12 bits that begins anywhere in its lower half (section 6.2, method 1), variant 2, 62 random bits. Those that a process makes one after
     * the other at the same moment are in order, up to 2,048 of them.
     */
    public static UUID at(Instant at) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long first = (at.toEpochMilli() << 12) | random.nextInt(FIRST_BELOW);
        long count = LAST.accumulateAndGet(first, TimeOrderedId::next);
        long high = ((count & ~MOST) << 4) | 0x7000L | (count & MOST);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    private static long next(long last, long first) {
        return last >>> 12 == first >>> 12 ? Math.min(last + 1, last | MOST) : first;
    }
}
