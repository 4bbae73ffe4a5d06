package io.caravan.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a log table that is partitioned by range of a {@code timestamptz} in days of UTC: partitions stand ready ahead of
 * time, and what is past its retention is dropped whole, never deleted row by row. Call {@link #maintain} at start and
 * every hour or so; it is cheap when there is nothing to do, and any number of nodes may call it at once. Writers never
 * wait for a new partition, and at most {@value #LOCK_TIMEOUT} for an old one to go. Safe for use by several threads.
 */
public final class DailyPartitions {
    private static final Logger LOG = LoggerFactory.getLogger(DailyPartitions.class);
    private static final Pattern QUALIFIED = Pattern.compile("[a-z_][a-z0-9_]*\\.[a-z_][a-z0-9_]{0,50}");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd");
    private static final String LOCK_TIMEOUT = "1s";
    /** check_violation: what PostgreSQL answers when the default partition holds rows of the new one. */
    private static final String TAKEN_BY_DEFAULT_PARTITION = "23514";

    private final Database database;
    private final Clock clock;
    private final String table;
    private final int daysAhead;
    private final int retentionDays;

    /**
     * @param table qualified name of the partitioned table, {@code caravan.duplicate}
     * @param daysAhead how many days after today have their partition; 1 or more
     * @param retentionDays how many whole days before today are kept; 0 or more
     */
    public DailyPartitions(Database database, Clock clock, String table, int daysAhead, int retentionDays) {
        if (!QUALIFIED.matcher(table).matches()) {
            throw new IllegalArgumentException("'" + table + "' is not a qualified table name; write it schema.table");
        }
        if (daysAhead < 1 || retentionDays < 0) {
            throw new IllegalArgumentException("Partitions of " + table + ": " + daysAhead + " days ahead, "
                    + retentionDays + " days kept; give at least 1 ahead and 0 kept.");
        }
        this.database = database;
        this.clock = clock;
        this.table = table;
        this.daysAhead = daysAhead;
        this.retentionDays = retentionDays;
    }

    /**
     * Creates the partitions from yesterday (a batch may have begun before midnight) to {@code daysAhead}, then drops those
     * past their retention. One that is in use stays until the next call. Commits by itself.
     *
     * @throws TemporaryDatabaseException when another session holds a lock on the table for too long; call again later
     */
    public void maintain() {
        var today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        create(today);
        for (var day : database.separately(this::days).headSet(today.minusDays(retentionDays))) {
            drop(day);
        }
    }

    private void create(LocalDate today) {
        for (var day : database.separately(connection -> missing(connection, today))) {
            try {
                separatelyLocked(connection -> {
                    if (!days(connection).contains(day)) {
                        create(connection, day);
                    }
                });
            } catch (DatabaseException e) {
                if (!e.sqlState().equals(Optional.of(TAKEN_BY_DEFAULT_PARTITION))) {
                    throw e;
                }
                LOG.warn("Rows of {} already lie in the default partition of {}; they stay there", day, table);
            }
        }
    }

    private List<LocalDate> missing(Connection connection, LocalDate today) throws SQLException {
        var existing = days(connection);
        var missing = new ArrayList<LocalDate>();
        for (var day = today.minusDays(1); !day.isAfter(today.plusDays(daysAhead)); day = day.plusDays(1)) {
            if (!existing.contains(day) && !day.isBefore(today.minusDays(retentionDays))) {
                missing.add(day);
            }
        }
        return missing;
    }

    /** Made beside the table and then attached: unlike PARTITION OF, that does not keep writers out. */
    private void create(Connection connection, LocalDate day) throws SQLException {
        execute(
                connection,
                "create table " + partition(day) + " (like " + table + " including all excluding identity)");
        execute(
                connection,
                "alter table " + table + " attach partition " + partition(day) + " for values from ('" + day
                        + " 00:00:00+00') to ('" + day.plusDays(1) + " 00:00:00+00')");
        LOG.debug("Partition {} is ready", partition(day));
    }

    private void drop(LocalDate day) {
        try {
            separatelyLocked(connection -> execute(connection, "drop table if exists " + partition(day)));
            LOG.info("Dropped {}: older than {} days", partition(day), retentionDays);
        } catch (TemporaryDatabaseException e) {
            LOG.info(
                    "{} is past its retention of {} days but in use; it is dropped next time",
                    partition(day),
                    retentionDays);
        }
    }

    private void separatelyLocked(TransactionAction work) {
        database.separately(connection -> {
            execute(connection, "set local lock_timeout = '" + LOCK_TIMEOUT + "'");
            execute(connection, "select pg_advisory_xact_lock(hashtextextended('caravan.partition " + table + "', 0))");
            work.run(connection);
            return true;
        });
    }

    private SortedSet<LocalDate> days(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("""
                select child.relname
                from pg_inherits
                join pg_class child on child.oid = inhrelid
                where inhparent = ?::regclass
                """)) {
            statement.setString(1, table);
            try (var rows = statement.executeQuery()) {
                var days = new TreeSet<LocalDate>();
                while (rows.next()) {
                    day(rows.getString(1), days);
                }
                return days;
            }
        }
    }

    /** Partitions that others named are theirs. */
    private void day(String partition, SortedSet<LocalDate> days) {
        var prefix = table.substring(table.indexOf('.') + 1) + "_p";
        if (partition.matches(Pattern.quote(prefix) + "\\d{8}")) {
            days.add(LocalDate.parse(partition.substring(prefix.length()), DAY));
        }
    }

    private String partition(LocalDate day) {
        return table + "_p" + DAY.format(day);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
