package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class LeasesTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Database database;
    private final Leases here;
    private final Leases there;
    private final Sql sql;

    LeasesTest(Database database) {
        this.database = database;
        this.here = new Leases(database, "here");
        this.there = new Leases(database, "there");
        this.sql = new Sql(database);
    }

    @BeforeEach
    void nothingIsTaken() {
        sql.execute("delete from caravan.lease");
    }

    @Test
    void whatADeadProcessHeldIsFreeAtOnceForTheOnlyOneLeft() {
        Lease dead = there.take("sweep", MINUTE).orElseThrow();
        assertThat(here.releaseAll()).isEqualTo(1);
        Lease taken = here.take("sweep", MINUTE).orElseThrow();
        assertThat(taken.fencing()).isGreaterThan(dead.fencing());
        assertThat(there.renew(dead, MINUTE)).isEmpty();
    }

    @Test
    void whatIsHeldIsNotTakenByAnother() {
        assertThat(here.take("sweep", MINUTE)).isPresent();
        assertThat(there.take("sweep", MINUTE)).isEmpty();
        assertThat(here.take("sweep", MINUTE)).isEmpty();
        assertThat(there.take("prune", MINUTE)).isPresent();
    }

    @Test
    void aReleasedLeaseIsFreeAndItsNumberGrows() {
        var first = here.take("sweep", MINUTE).orElseThrow();
        here.release(first);
        var second = there.take("sweep", MINUTE).orElseThrow();
        assertThat(second.fencing()).isGreaterThan(first.fencing());
        here.release(first);
        assertThat(here.take("sweep", MINUTE)).isEmpty();
    }

    @Test
    void aLeaseThatRanOutGoesToAnotherAndIsNotRenewed() {
        var lost = here.take("sweep", MINUTE).orElseThrow();
        runOut();
        assertThat(here.renew(lost, MINUTE)).isEmpty();
        assertThat(there.take("sweep", MINUTE)).isPresent();
        assertThat(here.renew(lost, MINUTE)).isEmpty();
    }

    @Test
    void aRenewedLeaseKeepsItsNumberAndLastsLonger() {
        var lease = here.take("sweep", MINUTE).orElseThrow();
        var renewed = here.renew(lease, Duration.ofHours(1)).orElseThrow();
        assertThat(renewed.fencing()).isEqualTo(lease.fencing());
        assertThat(renewed.until()).isAfter(lease.until().plus(Duration.ofMinutes(58)));
    }

    @Test
    void whatALateOwnerWroteIsUndone() {
        var late = here.take("sweep", MINUTE).orElseThrow();
        runOut();
        assertThat(there.take("sweep", MINUTE)).isPresent();
        assertThatThrownBy(() -> database.runInTransaction(connection -> here.requireHeld(late)))
                .isInstanceOf(LeaseLostException.class)
                .hasMessageContaining("sweep");
    }

    @Test
    void whileItsOwnerCommitsNobodyElseTakesIt() {
        var lease = here.take("sweep", MINUTE).orElseThrow();
        CompletableFuture<Optional<Lease>> other = new CompletableFuture<>();
        database.runInTransaction(connection -> {
            here.requireHeld(lease);
            other.completeAsync(() -> there.take("sweep", MINUTE));
            assertThat(other).isNotDone();
        });
        assertThat(other.join()).isEmpty();
    }

    @Test
    void ofManyWhoWantItOneGetsIt() {
        var nodes = IntStream.range(0, 8)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> new Leases(database, "node-" + i).take("sweep", MINUTE)))
                .toList();
        assertThat(nodes.stream().map(CompletableFuture::join).filter(Optional::isPresent))
                .hasSize(1);
    }

    private void runOut() {
        sql.execute("update caravan.lease set until = clock_timestamp()");
    }
}
