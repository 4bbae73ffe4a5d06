package io.caravan.database;

/** Brings the tables to the version that this Caravan needs, by Flyway; several nodes may do so at the same time. */
public final class Migrations {
    private static final String SCHEMA = "caravan";

    private Migrations() {}

    /** The engine's own tables, in schema {@code caravan}. */
    public static void engine(Database database) {
        org.flywaydb.core.Flyway.configure()
                .dataSource(database.dataSource())
                .defaultSchema(SCHEMA)
                .locations("classpath:io/caravan/database/migration")
                .outOfOrder(true)
                .load()
                .migrate();
    }
}
