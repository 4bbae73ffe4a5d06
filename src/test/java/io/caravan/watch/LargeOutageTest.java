package io.caravan.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A provider of a thousand fleets goes out beside one that goes on. */
@ExtendWith(PostgresExtension.class)
class LargeOutageTest {
    private static final Query TOLD = Query.of("""
            select kind || ' ' || (facts->'series'->>'name') || ' ' || (facts->>'fleets') as event
              from caravan.watch_event where kind <> 'changed' order by at, id""");
    private static final Query JOINED = Query.of(
            "select count(*) as n from caravan.watch_episode where parent_id is not null and closed_at is null");
    private static final String OUT = "provider1";

    private final Database database;

    LargeOutageTest(Database database) {
        this.database = database;
    }

    @Test
    void anOutageOf1000FleetsIsOneEventAlsoOverARestartInItsMidst() {
        ManyFleets fleets = new ManyFleets(database, 2_000, 2);
        fleets.settle();

        fleets.silence(OUT);
        fleets.look(1);
        fleets.restart();
        for (int minute = 0; minute < 10; minute++) {
            fleets.othersSend(OUT);
            fleets.look(4);
        }
        fleets.restart();
        fleets.look(4);
        assertThat(told()).containsExactly("opened provider1 1000");
        assertThat(JOINED.on(database).first(row -> row.getInt("n"))).hasValue(1_000);

        for (int minute = 0; minute < 15; minute++) {
            fleets.allSend();
            fleets.look(4);
        }
        assertThat(told()).containsExactly("opened provider1 1000", "recovered provider1 1000");
    }

    private List<String> told() {
        return TOLD.on(database).list(row -> row.getString("event"));
    }
}
