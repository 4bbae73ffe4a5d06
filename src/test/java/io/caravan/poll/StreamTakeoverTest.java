package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who polls a stream after its owner died. */
@ExtendWith(PostgresExtension.class)
class StreamTakeoverTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private final StreamName name = new StreamName("acme", "packets");
    private final StreamRepository streams;

    StreamTakeoverTest(Database database) {
        this.streams = new StreamRepository(database);
    }

    @Test
    void theOnlyServiceLeftNeedNotWaitForTheLeaseOfADeadOne() {
        StreamState dead = claim("dead");
        assertThat(streams.claim(name, "next", LEASE, Instant.now())).isEmpty();

        assertThat(streams.releaseAll()).isEqualTo(1);

        StreamState taken = claim("next");
        assertThat(taken.version()).isEqualTo(dead.version());
        assertThat(streams.renew(name, "dead", LEASE)).isFalse();
        streams.skip(name, taken.version(), taken.cursor());
        assertThatThrownBy(() -> streams.skip(name, dead.version(), dead.cursor()))
                .isInstanceOf(StaleStreamException.class);
    }

    private StreamState claim(String node) {
        return streams.claim(name, node, LEASE, Instant.now()).orElseThrow();
    }
}
