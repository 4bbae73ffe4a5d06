package io.caravan.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Asks a server, before anything is built on it, whether Caravan can work there: reachable, let in, PostgreSQL 16 or newer,
 * UTF-8, writable, and allowed to make its schemas. Every refusal names the setting or the statement that mends it.
 */
final class ServerCheck {
    /** The first version with {@code pg_input_is_valid}, which tells a bad record from a good one. */
    private static final int OLDEST = 160_000;

    private final DatabaseSettings settings;
    private final String place;

    private ServerCheck(DatabaseSettings settings) {
        this.settings = settings;
        // What follows may hold a password
        this.place = settings.url().replaceAll("\\?.*", "").replaceFirst("^jdbc:", "");
    }

    /**
     * @throws TemporaryDatabaseException when the server cannot be reached now
     * @throws DatabaseException when it is not one for Caravan
     */
    static void require(DatabaseSettings settings) {
        var check = new ServerCheck(settings);
        try (var connection = check.connect()) {
            check.requireSuitable(connection);
        } catch (SQLException e) {
            throw check.explain(e);
        }
    }

    private Connection connect() throws SQLException {
        var seconds = Long.toString(Math.max(1, settings.connectTimeout().toSeconds()));
        var properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("ApplicationName", "caravan");
        return DriverManager.getConnection(settings.url(), properties);
    }

    private void requireSuitable(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("""
                        select current_setting('server_version_num')::int as number,
                               current_setting('server_version') as version,
                               current_setting('server_encoding') as encoding,
                               current_database() as database,
                               pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as read_only,
                               exists (select from pg_namespace where nspname = 'caravan') as has_schema,
                               has_database_privilege(current_database(), 'CREATE') as may_create,
                               coalesce((select has_schema_privilege(oid, 'CREATE, USAGE') from pg_namespace
                                         where nspname = 'caravan'), false) as may_use
                        """)) {
            row.next();
            requireVersion(row.getInt("number"), row.getString("version"));
            requireUtf8(row.getString("encoding"), row.getString("database"));
            requireWritable(row.getBoolean("read_only"));
            requirePrivileges(row);
        }
    }

    private void requireVersion(int number, String version) {
        if (number < OLDEST) {
            throw new DatabaseException(tooOld(place, version));
        }
    }

    static String tooOld(String place, String version) {
        return place + " is PostgreSQL " + version
                + "; Caravan needs 16 or newer. Nothing was changed there. Upgrade it,"
                + " or unset caravan.database.url to use the bundled PostgreSQL.";
    }

    private void requireUtf8(String encoding, String database) {
        if (!encoding.equals("UTF8")) {
            throw new DatabaseException(
                    place + " keeps text as " + encoding + "; records are UTF-8. Nothing was changed there."
                            + " Make a database for Caravan: create database " + database
                            + "_utf8 encoding 'UTF8' template template0");
        }
    }

    private void requireWritable(boolean readOnly) {
        if (readOnly) {
            throw new DatabaseException(place + " is read-only (a standby, or default_transaction_read_only is on)."
                    + " Point caravan.database.url to the primary server.");
        }
    }

    private void requirePrivileges(ResultSet row) throws SQLException {
        var user = settings.user();
        if (row.getBoolean("has_schema") && !row.getBoolean("may_use")) {
            throw new DatabaseException("User " + user + " may not work in schema caravan of " + place
                    + ". As its owner or a superuser: alter schema caravan owner to \"" + user + "\"");
        }
        if (!row.getBoolean("has_schema") && !row.getBoolean("may_create")) {
            throw new DatabaseException("User " + user + " may not make schemas in " + place
                    + ". As a superuser: grant create on database \"" + row.getString("database") + "\" to \"" + user
                    + "\"");
        }
    }

    private DatabaseException explain(SQLException e) {
        var state = String.valueOf(e.getSQLState());
        var reason = String.valueOf(e.getMessage()).replaceFirst("^FATAL: ", "").replaceFirst("\\.$", "");
        if (state.startsWith("28")) {
            return new DatabaseException(
                    place + " does not let user '" + settings.user() + "' in: " + reason
                            + ". Check caravan.database.user and caravan.database.password, and pg_hba.conf on the server.",
                    e);
        }
        if (state.equals("3D000")) {
            return new DatabaseException(
                    place + ": " + reason + ". Correct caravan.database.url, or create the database there.", e);
        }
        var message = place + " cannot be used: " + reason
                + ". Check that it runs and that host and port in caravan.database.url are right.";
        return TemporaryDatabaseException.isTemporary(state)
                ? new TemporaryDatabaseException(message, e)
                : new DatabaseException(message, e);
    }
}
