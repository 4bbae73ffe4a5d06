package io.caravan.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/**
 * Lets one of several nodes do what only one may do. Time is the database's clock, so nodes whose clocks differ agree.
 * A node that dies loses its leases when they run out. Safe for use by several threads; taking is not reentrant.
 *
 * <p>Whoever writes under a lease calls {@link #requireHeld} as the last step of its transaction: from then until the commit
 * nobody else can take it. (Kleppmann, How to do distributed locking, 2016: a lease alone does not stop a late writer.)
 */
public final class Leases {
    private final Database database;
    private final String owner;

    /** @param owner this node, for people who look at the table: host and process, unique among the nodes */
    public Leases(Database database, String owner) {
        this.database = database;
        this.owner = owner;
    }

    /** Takes the lease where it is free or has run out. Empty: somebody holds it, perhaps another thread of this node. */
    public Optional<Lease> take(String name, Duration length) {
        return change("""
                insert into caravan.lease as held (name, owner, until, fencing)
                values (?, ?, clock_timestamp() + ? * interval '1 millisecond', 1)
                on conflict (name) do update
                set owner = excluded.owner, until = excluded.until, fencing = held.fencing + 1
                where held.until <= clock_timestamp()
                returning fencing, until
                """, name, statement -> {
            statement.setString(1, name);
            statement.setString(2, owner);
            statement.setLong(3, millis(length));
        });
    }

    /** Holds the lease for {@code length} from now. Empty: it has run out or is another's; stop the work. */
    public Optional<Lease> renew(Lease lease, Duration length) {
        return change("""
                update caravan.lease
                set until = clock_timestamp() + ? * interval '1 millisecond'
                where name = ? and fencing = ? and until > clock_timestamp()
                returning fencing, until
                """, lease.name(), statement -> {
            statement.setLong(1, millis(length));
            statement.setString(2, lease.name());
            statement.setLong(3, lease.fencing());
        });
    }

    /** Frees the lease at once; does nothing when it is no longer held. The row stays, so that numbers only grow. */
    public void release(Lease lease) {
        change("""
                update caravan.lease
                set until = '-infinity'
                where name = ? and fencing = ?
                returning fencing, clock_timestamp()
                """, lease.name(), statement -> {
            statement.setString(1, lease.name());
            statement.setLong(2, lease.fencing());
        });
    }

    /**
     * Frees every lease, for the start of the only process on this database: whoever holds one has died without releasing it. Harmless if he lives, because
     * his next {@link #requireHeld} fails.
     *
     * @return how many were held
     */
    public int releaseAll() {
        return database.separately(connection -> {
            try (var statement = connection.prepareStatement(
                    "update caravan.lease set until = '-infinity' where until > clock_timestamp()")) {
                return statement.executeUpdate();
            }
        });
    }

    /**
     * Fails unless the lease is held, and keeps it from others until this thread's transaction ends.
     *
     * @throws LeaseLostException when it has run out or is another's
     */
    public void requireHeld(Lease lease) {
        if (!database.isInTransaction()) {
            throw new IllegalStateException("Lease " + lease.name() + " protects a transaction; open one first.");
        }
        boolean held = database.inTransaction(connection -> isHeld(connection, lease));
        if (!held) {
            throw new LeaseLostException(lease);
        }
    }

    private static boolean isHeld(Connection connection, Lease lease) throws SQLException {
        try (var statement = connection.prepareStatement("""
                select 1 from caravan.lease
                where name = ? and fencing = ? and until > clock_timestamp()
                for share
                """)) {
            statement.setString(1, lease.name());
            statement.setLong(2, lease.fencing());
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    private Optional<Lease> change(String sql, String name, Parameters parameters) {
        return database.separately(connection -> {
            try (var statement = connection.prepareStatement(sql)) {
                parameters.set(statement);
                try (var rows = statement.executeQuery()) {
                    return rows.next()
                            ? Optional.of(new Lease(
                                    name,
                                    owner,
                                    rows.getLong(1),
                                    rows.getTimestamp(2).toInstant()))
                            : Optional.empty();
                }
            }
        });
    }

    private static long millis(Duration length) {
        if (length.isNegative() || length.isZero()) {
            throw new IllegalArgumentException("A lease of " + length + " is none; give a positive length.");
        }
        return length.toMillis();
    }
}
