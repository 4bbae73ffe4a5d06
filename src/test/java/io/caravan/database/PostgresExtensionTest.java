package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
@SuppressWarnings("NullAway.Init")
class PostgresExtensionTest {
    static Database shared;
    Database field;
    private final Database database;

    PostgresExtensionTest(Database database) {
        this.database = database;
    }

    @Test
    void fieldsAndParametersAreTheSameFreshDatabase(Database parameter, DatabaseSettings settings) {
        assertThat(parameter).isSameAs(database).isSameAs(field).isSameAs(shared);
        var name = database.inTransaction(connection -> connection.getCatalog());
        assertThat(settings.url()).endsWith("/" + name);
        assertThat(name).startsWith("test_");
    }

    @Nested
    class Inside {
        @Test
        void theDatabaseOfTheOuterClassIsUsed(Database parameter) {
            assertThat(parameter).isSameAs(database);
        }
    }
}
