package io.caravan.database;

/** Short SQL in tests. */
record Sql(Database database) {
    void execute(String statements) {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute(statements);
            }
        });
    }

    /** The first column of the first row. */
    String ask(String query) {
        return database.inTransaction(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery(query)) {
                rows.next();
                return rows.getString(1);
            }
        });
    }
}
