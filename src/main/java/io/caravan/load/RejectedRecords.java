package io.caravan.load;

import io.caravan.database.Database;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The records that tables could not take: to look at, mend by hand, or discard. Safe for all threads. */
public final class RejectedRecords {
    /**
     * Which rejects are meant.
     *
     * @param table schema.table; absent: all
     * @param since rejected at or after this
     * @param limit the most, oldest first
     */
    public record Filter(
            @Nullable String table,
            Instant since,
            @Nullable Reason reason,
            @Nullable RejectStatus status,
            int limit) {

        /** The open ones of a table. */
        public static Filter open(String table, Instant since, @Nullable Reason reason) {
            return new Filter(table, since, reason, RejectStatus.open, Integer.MAX_VALUE);
        }
    }

    private final Supplier<Database> database;
    private final RejectedRepository rejects = new RejectedRepository();

    public RejectedRecords(Supplier<Database> database) {
        this.database = database;
    }

    public List<RejectedRecord> list(Filter filter) {
        return database.get().inTransaction(connection -> rejects.list(connection, filter));
    }

    public Optional<RejectedRecord> find(long id) {
        return database.get().inTransaction(connection -> rejects.find(connection, id));
    }

    /** Puts another text in the place of an open reject's; the original is kept. False when it isn't open. */
    public boolean fix(long id, byte[] record) {
        return database.get().inTransaction(connection -> rejects.fix(connection, id, record));
    }

    /** Discards open rejects; answers how many that were. */
    public int discard(List<Long> ids) {
        return database.get().inTransaction(connection -> rejects.discard(connection, ids));
    }

    /** A replay through the mapping of now. */
    public Replay replay(Clock clock, LoadEvents events, LoadOptionsOfTable options) {
        return new Replay(database, clock, events, options);
    }
}
