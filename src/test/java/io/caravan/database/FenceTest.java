package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class FenceTest {
    private final Database database;
    private final AtomicBoolean isLost = new AtomicBoolean();
    private final Fence fence = new Fence(connection -> {
        if (isLost.get()) {
            throw new WorkStoppedException("lost");
        }
    });

    FenceTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void emptyTable() {
        database.runInTransaction(
                connection -> execute(connection, "drop table if exists note; create table note (id int)"));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void fenced(Runnable work) {
        database.fenced(fence, () -> {
            work.run();
            return true;
        });
    }

    private void note(Runnable meanwhile) {
        database.runInTransaction(connection -> {
            execute(connection, "insert into note values (1)");
            meanwhile.run();
        });
    }

    private int count(String rows) {
        return database.inTransaction(connection -> Query.of("select count(*) from " + rows)
                .on(database)
                .first(row -> row.getInt(1))
                .orElseThrow());
    }

    private void awaitSleeper() {
        await().until(() ->
                count("pg_stat_activity where query like '%pg_sleep(60)%' and pid <> pg_backend_pid()") == 1);
    }

    @Test
    void whileTheRightHoldsWorkIsCommitted() {
        fenced(() -> note(() -> {}));

        assertThat(count("note")).isEqualTo(1);
    }

    @Test
    void whatWasDoneUnderARightThatGotLostIsRolledBack() {
        assertThatThrownBy(() -> fenced(() -> note(() -> isLost.set(true)))).isInstanceOf(WorkStoppedException.class);
        note(() -> {});

        assertThat(count("note")).as("only what came after the fenced work").isEqualTo(1);
    }

    @Test
    void workThatWasStoppedCommitsNothingAndBeginsNothing() {
        assertThatThrownBy(() -> fenced(() -> note(fence::stop))).isInstanceOf(WorkStoppedException.class);
        assertThatThrownBy(() -> fenced(() -> note(() -> {}))).isInstanceOf(WorkStoppedException.class);
        fenced(() -> assertThatThrownBy(() -> database.dataSource().getConnection())
                .isInstanceOf(WorkStoppedException.class));

        assertThat(count("note")).isZero();
    }

    @Test
    void whatIsDoneSeparatelyOutlivesTheLossOfTheRight() {
        assertThatThrownBy(() -> fenced(() -> note(() -> {
                    fence.stop();
                    database.separately(connection -> {
                        execute(connection, "insert into note values (2)");
                        return true;
                    });
                })))
                .isInstanceOf(WorkStoppedException.class);

        assertThat(count("note where id = 2")).isEqualTo(1);
    }

    @Test
    void aStatementThatIsWaitedForIsCancelled() {
        CompletableFuture<Void> work = CompletableFuture.runAsync(() ->
                fenced(() -> database.runInTransaction(connection -> execute(connection, "select pg_sleep(60)"))));
        awaitSleeper();

        fence.stop();

        assertThatThrownBy(work::join).rootCause().hasMessageContaining("canceling statement");
    }

    @Test
    void aStatementOfAStockStepOutsideOfATransactionIsCancelledToo() {
        CompletableFuture<Void> work = CompletableFuture.runAsync(() -> fenced(() -> {
            try (Connection connection = database.dataSource().getConnection()) {
                execute(connection, "select pg_sleep(60)");
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }));
        awaitSleeper();

        fence.stop();

        assertThatThrownBy(work::join).rootCause().hasMessageContaining("canceling statement");
    }
}
