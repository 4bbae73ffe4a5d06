package io.caravan.database;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Camel's own {@code jdbc:} and {@code sql:} steps below {@code transacted}. */
@ExtendWith(PostgresExtension.class)
class BatchTransactionTest {
    private final Database database;
    private final CamelContext camel = new DefaultCamelContext();

    BatchTransactionTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void routes() throws Exception {
        database.runInTransaction(connection -> {
            try (var statement = connection.createStatement()) {
                statement.execute("drop table if exists note");
                statement.execute("create table note (id int primary key)");
            }
        });
        camel.getRegistry().bind("dataSource", database.dataSource());
        camel.getRegistry().bind("PROPAGATION_REQUIRED", new BatchTransaction(database));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:both")
                        .transacted()
                        .setBody(constant("insert into note values (1)"))
                        .to("jdbc:dataSource")
                        .to("sql:insert into note values (:#${header.second})");
                from("direct:caught")
                        .transacted()
                        .to("sql:insert into note values (1)")
                        .doTry()
                        .to("sql:insert into note values (1)")
                        .doCatch(Exception.class)
                        .to("sql:insert into note values (2)")
                        .end();
                from("direct:rollback")
                        .transacted()
                        .to("sql:insert into note values (1)")
                        .rollback("not this time");
            }
        });
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void theStepsCommitTogether() {
        assertThat(send("direct:both", 2).getException()).isNull();
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void aFailingStepUndoesTheOthersAndTheExchangeFails() {
        Exchange exchange = send("direct:both", 1);
        assertThat(exchange.getException()).hasMessageContaining("note_pkey");
        assertThat(count()).isZero();
    }

    @Test
    void aRollbackStepUndoesAll() {
        assertThat(send("direct:rollback", 0).getException()).hasMessageContaining("not this time");
        assertThat(count()).isZero();
    }

    @Test
    void aFailureThatTheRouteCaughtCountsAsDone() {
        assertThat(send("direct:caught", 0).getException()).isNull();
        assertThat(count()).isEqualTo(2);
    }

    private Exchange send(String route, int second) {
        return camel.createProducerTemplate().send(route, e -> e.getMessage().setHeader("second", second));
    }

    private int count() {
        return database.inTransaction(connection -> {
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("select count(*) from note")) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }
}
