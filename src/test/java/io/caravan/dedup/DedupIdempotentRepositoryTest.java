package io.caravan.dedup;

import static io.caravan.dedup.Repositories.NOON;
import static io.caravan.dedup.Repositories.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Camel's contract of an idempotent repository, and what we promise beyond it. */
@ExtendWith(PostgresExtension.class)
class DedupIdempotentRepositoryTest {
    private final HandClock clock = new HandClock(NOON);
    private final Database database;
    private final String name = fresh();
    private final DedupIdempotentRepository repository;

    DedupIdempotentRepositoryTest(Database database) {
        this.database = database;
        this.repository = node();
    }

    private DedupIdempotentRepository node() {
        DedupIdempotentRepository node = new DedupIdempotentRepository(database, clock, name, "30m");
        node.start();
        return node;
    }

    @Test
    void addSaysOnceThatAKeyIsNew() {
        assertThat(repository.add("One")).isTrue();
        assertThat(repository.add("One")).isFalse();
        assertThat(repository.add("Two")).isTrue();
        assertThat(repository.add("two")).isTrue();
    }

    @Test
    void containsKnowsWhatWasAdded() {
        assertThat(repository.contains("One")).isFalse();
        repository.add("One");
        assertThat(repository.contains("One")).isTrue();
        assertThat(repository.contains("Two")).isFalse();
    }

    @Test
    void aConfirmedKeyIsRememberedForTheWindow() {
        assertThat(repository.add("One")).isTrue();
        assertThat(repository.confirm("One")).isTrue();
        clock.pass(Duration.ofMinutes(29));
        assertThat(repository.contains("One")).isTrue();
        assertThat(repository.add("One")).isFalse();
        clock.pass(Duration.ofMinutes(1));
        assertThat(repository.contains("One")).isFalse();
        assertThat(repository.add("One")).isTrue();
    }

    @Test
    void confirmOfAnUnknownKeyIsFalse() {
        assertThat(repository.confirm("One")).isFalse();
    }

    @Test
    void aRemovedKeyIsNewAgain() {
        repository.add("One");
        repository.confirm("One");
        assertThat(repository.remove("One")).isTrue();
        assertThat(repository.remove("One")).isFalse();
        assertThat(repository.contains("One")).isFalse();
        assertThat(repository.add("One")).isTrue();
    }

    @Test
    void clearForgetsEverythingAndOnlyHere() {
        DedupIdempotentRepository other = new DedupIdempotentRepository(database, clock, fresh(), "30m");
        other.start();
        other.add("One");
        repository.add("One");
        repository.confirm("One");
        clock.pass(Duration.ofMinutes(31));
        repository.add("Two");
        repository.clear();
        assertThat(repository.contains("Two")).isFalse();
        assertThat(repository.add("One")).isTrue();
        assertThat(other.remove("One")).isTrue();
    }

    @Test
    void aKeyThatAKilledProcessHadAddedIsNewAfterTheLease() {
        node().add("One");
        assertThat(repository.contains("One")).isTrue();
        clock.pass(Duration.ofMinutes(5));
        assertThat(repository.contains("One")).isFalse();
        assertThat(repository.add("One")).isTrue();
    }

    @Test
    void aKeyThatAnotherNodeIsWorkingOnIsWaitedFor() throws Exception {
        DedupIdempotentRepository other = node();
        other.add("One");
        CompletableFuture<Boolean> isNew = CompletableFuture.supplyAsync(() -> repository.add("One"));
        assertThat(isNew).isNotDone();
        other.confirm("One");
        assertThat(isNew.get(10, TimeUnit.SECONDS)).isFalse();
        other.add("Two");
        CompletableFuture<Boolean> isFree = CompletableFuture.supplyAsync(() -> repository.add("Two"));
        other.remove("Two");
        assertThat(isFree.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void onWishAKeyThatAnotherNodeIsWorkingOnIsADuplicateAtOnce() {
        node().add("One");
        DedupIdempotentRepository impatient = new DedupIdempotentRepository(database, clock, name, "30m");
        impatient.setWhilePending("duplicate");
        impatient.start();
        assertThat(impatient.add("One")).isFalse();
    }

    @Test
    void aKeyBelongsToTheTransactionInWhichItWasAdded() {
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    assertThat(repository.add("One")).isTrue();
                    assertThat(repository.add("One")).isFalse();
                    throw new IllegalStateException("undone");
                }))
                .hasMessage("undone");
        assertThat(repository.contains("One")).isFalse();
        database.runInTransaction(connection -> repository.add("Two"));
        clock.pass(Duration.ofMinutes(29));
        assertThat(repository.contains("Two")).isTrue();
    }

    @Test
    void aKeyMayBeOfAnyLengthAndOfAnyCharacters() {
        assertThat(repository.add("x".repeat(100_000))).isTrue();
        assertThat(repository.add("")).isTrue();
        assertThat(repository.add("\0\uD800")).isTrue();
        assertThat(repository.add("\0\uD801")).isTrue();
        assertThat(repository.add("\0\uD801")).isFalse();
    }
}
