package io.caravan.database;

import java.time.Duration;

/**
 * How to reach PostgreSQL.
 *
 * @param url JDBC URL, {@code jdbc:postgresql://host:port/name}
 * @param maxConnections the most connections that this process holds at once; 2 or more, as a batch may need one beside its own
 * @param connectTimeout how long to wait for a free or new connection
 */
public record DatabaseSettings(String url, String user, String password, int maxConnections, Duration connectTimeout) {
    public DatabaseSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new DatabaseException("caravan.database.url is '" + url.replaceAll("\\?.*", "?…")
                    + "'; Caravan needs PostgreSQL 16 or newer. Write it as jdbc:postgresql://host:5432/name");
        }
        if (maxConnections < 2) {
            throw new DatabaseException("caravan.database.max-connections is " + maxConnections + "; give 2 or more");
        }
    }

    public DatabaseSettings(String url, String user, String password) {
        this(url, user, password, 16, Duration.ofSeconds(30));
    }

    /** Without the password, so that settings may stand in a log. */
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + url + ", user=" + user + ", maxConnections=" + maxConnections + "]";
    }
}
