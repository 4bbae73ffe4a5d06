package io.caravan.dag;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.dag.steering.LogLinesRepository;
import io.caravan.dag.steering.LogLinesRepository.Piece;
import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class TaskLogsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final UUID run = UUID.randomUUID();
    private final Database database;
    private final TaskLogs logs;

    TaskLogsTest(Database database) {
        this.database = database;
        this.logs = new TaskLogs(database);
    }

    private void say(String task, int from, int to) {
        for (int i = from; i <= to; i++) {
            logs.add(run.toString(), task, 1, NOON.plusMillis(i), "line " + i);
        }
    }

    private List<String> kept() {
        return new LogLinesRepository(database)
                .read(run, 1).stream().map(Piece::lines).flatMap(String::lines).toList();
    }

    @Test
    void theLastLinesTakeThePlaceOfThoseThatWereTheLastBefore() {
        say("load[3]", 1, 700);
        logs.write(NOON.plusSeconds(9), false);
        assertThat(kept()).hasSize(700).endsWith("line 700");

        say("load[3]", 701, 1_100);
        logs.write(NOON.plusSeconds(99), false);

        assertThat(kept()).hasSize(1_001).endsWith("line 1100").contains("line 1", "line 500", "line 601");
        assertThat(kept().get(500)).isEqualTo("… 100 lines are in the service's own log only …");
    }

    @Test
    void whatIsSaidAtTheLastMomentIsWrittenWhenTheNodeStops() {
        say("load", 1, 600);
        logs.close();

        assertThat(kept()).hasSize(600).endsWith("line 600");
    }

    @Test
    void triesAreReadInTheOrderInWhichTheyBegan() {
        say("promote", 100, 101);
        say("stage", 1, 2);
        logs.write(NOON.plusSeconds(9), true);

        assertThat(kept()).containsExactly("line 1", "line 2", "line 100", "line 101");
    }

    @Test
    void linesOfNoTaskAreNotKept() {
        logs.add("no run", "load", 1, NOON, "lost");
        logs.add(run.toString(), "load[x]", 1, NOON, "lost");
        logs.write(NOON, true);

        assertThat(kept()).isEmpty();
    }
}
