package io.caravan.batch;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Ids that sort by when they were made, so that an index grows at its end. */
public final class TimeOrderedId {
    private TimeOrderedId() {}

    /** RFC 9562, section 5.7: 48 bits of milliseconds, version 7, variant 2, 74 random bits. */
    public static UUID at(Instant at) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long high = (at.toEpochMilli() << 16) | 0x7000L | random.nextInt(0x1000);
        long low = (random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
