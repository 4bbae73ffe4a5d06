package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.PostgresExtension;
import org.apache.camel.health.HealthCheck.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class DatabaseHealthCheckTest {
    private final DatabaseSettings settings;

    DatabaseHealthCheckTest(DatabaseSettings settings) {
        this.settings = settings;
    }

    @Test
    void itIsDownWhenPostgresDoesNotAnswerAndKeepsTheServiceFromBeingReadyOnly() {
        Database database = Database.open(settings);
        DatabaseHealthCheck check = new DatabaseHealthCheck(database);
        assertThat(check.call().getState()).isEqualTo(State.UP);

        database.close();

        assertThat(check.call().getState()).isEqualTo(State.DOWN);
        assertThat(check.isReadiness()).isTrue();
        assertThat(check.isLiveness()).isFalse();
    }
}
