package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;

@ExtendWith(PostgresExtension.class)
class DatabaseTest {
    private final Database database;

    DatabaseTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void emptyTable() {
        database.runInTransaction(connection -> execute(
                connection, "drop table if exists note", "create table note (id int primary key check (id < 100))"));
    }

    @Test
    void workCommitsTogetherOrNotAtAll() {
        database.runInTransaction(connection -> note(connection, 1));
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    note(connection, 2);
                    note(connection, 1);
                }))
                .isInstanceOf(DatabaseException.class)
                .hasMessageContaining("note_pkey");
        assertThat(notes()).containsExactly(1);
    }

    @Test
    void joinedWorkThatFailsUndoesOnlyItself() {
        database.runInTransaction(connection -> {
            note(connection, 1);
            assertThatThrownBy(() -> database.runInTransaction(inner -> {
                        note(inner, 2);
                        note(inner, 100);
                    }))
                    .isInstanceOf(DatabaseException.class);
            note(connection, 3);
        });
        assertThat(notes()).containsExactly(1, 3);
    }

    @Test
    void workWithoutASavepointIsUndoneWithTheWorkThatItIsPartOf() {
        database.runInTransaction(connection -> {
            note(connection, 1);
            assertThatThrownBy(() -> database.runInTransaction(inner -> {
                        note(inner, 2);
                        database.joinTransaction(part -> {
                            note(part, 100);
                            return true;
                        });
                    }))
                    .isInstanceOf(DatabaseException.class);
            note(connection, 3);
        });
        assertThat(notes()).containsExactly(1, 3);
    }

    @Test
    void separateWorkOutlivesTheTransactionAroundIt() {
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    note(connection, 1);
                    database.separately(own -> {
                        note(own, 2);
                        return true;
                    });
                    throw new IllegalStateException("the batch fails");
                }))
                .hasMessage("the batch fails");
        assertThat(notes()).containsExactly(2);
    }

    @Test
    void stockStepsJoinTheOpenTransactionThroughTheDataSource() {
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    try (Connection stock = database.dataSource().getConnection()) {
                        stock.setAutoCommit(false);
                        note(stock, 1);
                        stock.commit();
                    }
                    assertThat(database.isInTransaction()).isTrue();
                    throw new IllegalStateException("the batch fails");
                }))
                .hasMessage("the batch fails");
        assertThat(notes()).isEmpty();
    }

    @Test
    void withoutATransactionTheDataSourceCommitsByItself() throws SQLException {
        try (Connection stock = database.dataSource().getConnection()) {
            note(stock, 1);
        }
        assertThat(notes()).containsExactly(1);
    }

    @Test
    void listenersHearOnlyOfWhatCommitted() {
        List<String> heard = new ArrayList<>();
        database.runInTransaction(connection -> {
            database.afterCommit(() -> heard.add("outer"));
            assertThatThrownBy(() -> database.runInTransaction(inner -> {
                        database.afterCommit(() -> heard.add("undone"));
                        throw new IllegalStateException("undo");
                    }))
                    .hasMessage("undo");
            assertThat(heard).isEmpty();
        });
        assertThat(heard).containsExactly("outer");
        assertThatThrownBy(() -> database.runInTransaction(connection -> {
                    database.afterCommit(() -> heard.add("rolled back"));
                    throw new IllegalStateException("fail");
                }))
                .hasMessage("fail");
        database.afterCommit(() -> heard.add("at once"));
        assertThat(heard).containsExactly("outer", "at once");
    }

    @Test
    void whatIsToldAfterTheCommitCarriesTheLogContextOfItsBatch() {
        List<String> contexts = new ArrayList<>();
        database.runInTransaction(connection -> {
            MDC.put("caravan.batch", "b1");
            database.afterCommit(() -> contexts.add(MDC.get("caravan.batch")));
            MDC.remove("caravan.batch");
        });
        assertThat(contexts).containsExactly("b1");
        assertThat(MDC.get("caravan.batch")).isNull();
    }

    @Test
    void aListenerThatFailsDoesNotFailWhatHasCommitted() {
        database.runInTransaction(connection -> {
            database.afterCommit(() -> {
                throw new IllegalStateException("listener");
            });
            note(connection, 1);
        });
        assertThat(notes()).containsExactly(1);
    }

    @Test
    void aConnectionGoesBackToThePoolAfterFailures() {
        for (int i = 0; i < 50; i++) {
            assertThatThrownBy(() -> database.runInTransaction(connection -> execute(connection, "select 1/0")))
                    .isInstanceOf(DatabaseException.class);
        }
        assertThat(notes()).isEmpty();
    }

    @Test
    void whatAnotherTryMayOvercomeIsTemporary() {
        assertThat(DatabaseException.of(new SQLException("deadlock detected", "40P01")))
                .isInstanceOf(TemporaryDatabaseException.class);
        assertThat(DatabaseException.of(new SQLException("duplicate key", "23505")))
                .isNotInstanceOf(TemporaryDatabaseException.class)
                .satisfies(e -> assertThat(e.sqlState()).contains("23505"));
    }

    private List<Integer> notes() {
        return database.inTransaction(connection -> {
            List<Integer> ids = new ArrayList<>();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("select id from note order by id")) {
                while (rows.next()) {
                    ids.add(rows.getInt(1));
                }
            }
            return ids;
        });
    }

    private static void note(Connection connection, int id) throws SQLException {
        execute(connection, "insert into note values (" + id + ")");
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
