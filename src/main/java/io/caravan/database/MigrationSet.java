package io.caravan.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.api.output.MigrateOutput;
import org.flywaydb.core.api.output.ValidateOutput;
import org.flywaydb.core.internal.sqlscript.FlywaySqlScriptException;
import org.postgresql.util.PSQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Migrations with a history of their own.
 *
 * @param place the folder or resource where the files lie, as messages name it
 * @param history the table of schema {@code caravan} that remembers what was applied
 * @param flyway where and in which schema
 */
record MigrationSet(String place, String history, FluentConfiguration flyway) {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationSet.class);

    /** More files than this that are applied at once are told in one line. */
    private static final int MANY = 10;

    /**
     * Applies what is new. A file that fails is undone whole; the files before it stay. Versions newer than all files are
     * left to the newer node that applied them.
     */
    void migrate() {
        var migrations = flyway.defaultSchema(Migrations.SCHEMA)
                .table(history)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .outOfOrder(true)
                .placeholderReplacement(false)
                .validateOnMigrate(false)
                .ignoreMigrationPatterns("*:pending", "*:future")
                // A lock that lasts one long transaction makes CREATE INDEX CONCURRENTLY wait for it forever
                .configuration(Map.of("flyway.postgresql.transactional.lock", "false"))
                .loggers(FlywayLog.Creator.class.getName())
                .load();
        requireUnchanged(migrations);
        try {
            tell(migrations.migrate().migrations);
        } catch (FlywayException e) {
            throw explain(e);
        }
    }

    /** Each by itself, but of a new database, which has all to come, only how many. */
    private void tell(List<MigrateOutput> all) {
        boolean many = all.size() > MANY;
        for (MigrateOutput applied : all) {
            LOG.atLevel(many ? Level.DEBUG : Level.INFO)
                    .log("Migrated {} in {} ms", path(applied), applied.executionTime);
        }
        if (many) {
            LOG.info(
                    "Migrated {} files of {} in {} ms",
                    all.size(),
                    place,
                    all.stream().mapToInt(applied -> applied.executionTime).sum());
        }
    }

    private void requireUnchanged(Flyway migrations) {
        var result = migrations.validateWithResult();
        if (!result.validationSuccessful) {
            throw new MigrationException(
                    result.invalidMigrations.isEmpty()
                            ? place + ": " + result.getAllErrorMessages()
                            : result.invalidMigrations.stream()
                                    .map(this::explain)
                                    .collect(Collectors.joining("\n")));
        }
    }

    private String explain(ValidateOutput invalid) {
        var file = place + "/" + (invalid.filepath.isEmpty() ? "V" + invalid.version : fileName(invalid.filepath));
        var code = invalid.errorDetails.errorCode.toString();
        if (code.endsWith("CHECKSUM_MISMATCH")
                || code.endsWith("DESCRIPTION_MISMATCH")
                || code.endsWith("TYPE_MISMATCH")) {
            return file + ": was changed after it was applied. Nothing was applied. Restore this file as it was"
                    + " and write the change into a new one with the next version.";
        }
        if (code.contains("NOT_RESOLVED")) {
            return place + ": version " + invalid.version + " (" + invalid.description
                    + ") was applied to this database, but its file is gone. Nothing was applied. Restore the file,"
                    + " or start the Caravan that brought it.";
        }
        if (code.startsWith("FAILED")) {
            return file
                    + ": failed halfway, because it runs outside of a transaction. Undo by hand what it did, then: delete"
                    + " from " + Migrations.SCHEMA + "." + history + " where not success";
        }
        return file + ": " + invalid.errorDetails.errorMessage;
    }

    private MigrationException explain(FlywayException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FlywaySqlScriptException script && script.getCause() instanceof SQLException sql) {
                return explain(script, sql);
            }
        }
        return new MigrationException(place + ": " + failure.getMessage(), failure);
    }

    private MigrationException explain(FlywaySqlScriptException script, SQLException sql) {
        var file = script.getResource() == null
                ? place
                : place + "/" + fileName(script.getResource().getRelativePath());
        return new MigrationException(
                file + ":" + line(script, sql) + ": " + reason(sql)
                        + ". This file was undone, those before it stay. Correct it and start again.",
                sql);
    }

    /** PostgreSQL counts the characters from the statement's start. */
    private static long line(FlywaySqlScriptException script, SQLException sql) {
        var server = sql instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        int position = server == null ? 0 : server.getPosition();
        return script.getLineNumber()
                + script.getStatement()
                        .chars()
                        .limit(Math.max(0, position - 1))
                        .filter(c -> c == '\n')
                        .count();
    }

    private static String reason(SQLException sql) {
        var server = sql instanceof PSQLException postgres ? postgres.getServerErrorMessage() : null;
        if (server == null) {
            return String.valueOf(sql.getMessage());
        }
        var hint = server.getHint() == null ? "" : " (" + server.getHint().replaceAll("\\.$", "") + ")";
        return server.getMessage() + hint;
    }

    private String path(MigrateOutput applied) {
        return place + "/" + fileName(applied.filepath);
    }

    private static String fileName(String path) {
        return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    }
}
