package io.caravan.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;

/**
 * Brings tables to the version that this Caravan and its pipelines need, by Flyway. Versions are applied once, in order
 * where that is possible; several nodes may do so at the same time. Not inside a transaction of {@link Database}.
 */
public final class Migrations {
    static final String SCHEMA = "caravan";
    private static final String LOCK = "hashtextextended('caravan.migration', 0)";
    private static final Pattern SYSTEM = Pattern.compile("[a-z][a-z0-9_]{0,39}");
    private static final Set<String> TAKEN = Set.of(SCHEMA, "public", "information_schema");
    private static final Pattern MIGRATION = Pattern.compile("(V\\d+([._]\\d+)*|R)__.+\\.sql");
    private static final Pattern LIKE_A_MIGRATION = Pattern.compile("([Vv][\\d_]|[Rr]__).*\\.sql|V.*\\.SQL");

    private Migrations() {}

    /**
     * The engine's own tables, in schema {@code caravan}, from the classpath.
     *
     * @throws MigrationException when the tables are not what this Caravan knows
     */
    public static void engine(Database database) {
        oneNodeAtATime(
                database,
                () -> new MigrationSet(
                                "io/caravan/database/migration",
                                "migration",
                                Flyway.configure()
                                        .dataSource(database.dataSource())
                                        .locations("classpath:io/caravan/database/migration"))
                        .migrate());
    }

    /**
     * The pipelines' tables: each folder {@code <sqlFolder>/<system>} is a system with a history and a schema of its name,
     * which is made when it is missing and in which unqualified names are looked up. A system that fails does not keep the
     * others from theirs. After {@link #engine}.
     *
     * @throws MigrationException for all that failed, a line each: {@code file:line: what is wrong. What to do.}
     */
    public static void pipelines(Database database, Path sqlFolder) {
        var failures = new ArrayList<MigrationException>();
        for (var folder : systems(sqlFolder)) {
            try {
                pipeline(database, folder);
            } catch (MigrationException e) {
                failures.add(e);
            }
        }
        throwAll(failures);
    }

    /** The tables of the one system in this folder, as in {@link #pipelines}. */
    public static void pipeline(Database database, Path folder) {
        var system = folder.toAbsolutePath().normalize().getFileName().toString();
        requireSystemName(folder, system);
        requireFileNames(folder);
        oneNodeAtATime(database, () -> {
            createSchema(database, system);
            new MigrationSet(
                            folder.toString(),
                            "migration_" + system,
                            Flyway.configure()
                                    .dataSource(database.dataSource())
                                    .locations("filesystem:" + folder.toAbsolutePath())
                                    .createSchemas(false)
                                    .callbacks(new SearchPath(system)))
                    .migrate();
        });
    }

    private static List<Path> systems(Path sqlFolder) {
        if (!Files.isDirectory(sqlFolder)) {
            return List.of();
        }
        try (var children = Files.list(sqlFolder)) {
            return children.filter(Files::isDirectory)
                    .filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(sqlFolder, e);
        }
    }

    private static void requireSystemName(Path folder, String system) {
        if (!SYSTEM.matcher(system).matches() || TAKEN.contains(system) || system.startsWith("pg_")) {
            throw new MigrationException(folder + ": '" + system
                    + "' cannot name a schema of PostgreSQL. Rename the folder:"
                    + " a letter, then letters, digits and _ in lower case, and not " + String.join(", ", TAKEN) + ".");
        }
    }

    /** Flyway overlooks a file whose name it does not understand; a table would be missing without a word. */
    private static void requireFileNames(Path folder) {
        try (var files = Files.walk(folder)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var name = file.getFileName().toString();
                if (LIKE_A_MIGRATION.matcher(name).matches()
                        && !MIGRATION.matcher(name).matches()) {
                    throw new MigrationException(
                            file + ": the name is nearly that of a migration. Nothing of this folder"
                                    + " was applied. Name it V<number>__<what>.sql, with two underscores.");
                }
            }
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private static MigrationException unreadable(Path folder, IOException e) {
        return new MigrationException(folder + ": cannot be read: " + e + ". Give Caravan's user access to it.", e);
    }

    private static void createSchema(Database database, String schema) {
        database.runInTransaction(connection -> {
            if (!exists(connection, schema)) {
                try (var statement = connection.createStatement()) {
                    statement.execute("create schema " + schema);
                }
            }
        });
    }

    /** Asked first, because {@code if not exists} needs the privilege to create even where there is nothing to do. */
    private static boolean exists(Connection connection, String schema) throws SQLException {
        try (var statement = connection.prepareStatement("select 1 from pg_namespace where nspname = ?")) {
            statement.setString(1, schema);
            try (var rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Flyway locks its history table, but two nodes may trip over each other before that exists. */
    private static void oneNodeAtATime(Database database, Runnable work) {
        if (database.isInTransaction()) {
            throw new IllegalStateException("Migrations commit by themselves; call them outside of a transaction.");
        }
        try (var connection = database.pooled();
                var statement = connection.createStatement()) {
            awaitLock(statement);
            try {
                work.run();
            } finally {
                statement.execute("select pg_advisory_unlock(" + LOCK + ")");
            }
        } catch (SQLException e) {
            throw DatabaseException.of(e);
        }
    }

    /** Asks again and again: a statement that waits would hold up another node's CREATE INDEX CONCURRENTLY. */
    private static void awaitLock(Statement statement) throws SQLException {
        while (true) {
            try (var rows = statement.executeQuery("select pg_try_advisory_lock(" + LOCK + ")")) {
                rows.next();
                if (rows.getBoolean(1)) {
                    return;
                }
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw new MigrationException(
                        "Interrupted while another node migrates this database. Nothing was applied.");
            }
        }
    }

    private static void throwAll(List<MigrationException> failures) {
        if (failures.size() == 1) {
            throw failures.get(0);
        }
        if (!failures.isEmpty()) {
            var all = new MigrationException(String.join(
                    "\n", failures.stream().map(MigrationException::getMessage).toList()));
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
