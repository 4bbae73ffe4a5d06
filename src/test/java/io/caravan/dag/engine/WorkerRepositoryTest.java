package io.caravan.dag.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class WorkerRepositoryTest {
    private final WorkerRepository workers;

    WorkerRepositoryTest(Database database) {
        workers = new WorkerRepository(database);
    }

    @Test
    void whereNoneCanBeAliveAllAreDeadAtOnce() {
        UUID killed = UUID.randomUUID();
        workers.register(killed, "killed", Duration.ofHours(1));
        assertThat(workers.dead()).isEmpty();
        assertThat(workers.endAll()).isEqualTo(1);
        assertThat(workers.dead()).extracting(WorkerRepository.Dead::id).containsExactly(killed);
        assertThat(workers.endAll()).isZero();
    }
}
