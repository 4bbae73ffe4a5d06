package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LoadLogsTest {
    private final Database database;
    private final LoadFixture fixture;

    LoadLogsTest(Database database) {
        this.database = database;
        this.fixture = new LoadFixture(database);
    }

    @Test
    void aDayPastItsRetentionIsDroppedAndTheComingOnesAreReady() {
        new LoadLogs(database, Clock.offset(Clock.systemUTC(), Duration.ofDays(-10)), 90, 3, 90).prepare();
        new LoadLogs(database, Clock.systemUTC(), 90, 3, 90).prepare();

        assertThat(days("caravan.duplicate")).isEqualTo(1 + 9);
        assertThat(days("caravan.rejected")).isEqualTo(9 + 9);
    }

    private int days(String table) {
        return fixture.column("SELECT inhrelid FROM pg_inherits WHERE inhparent = '" + table + "'::regclass")
                .size();
    }
}
