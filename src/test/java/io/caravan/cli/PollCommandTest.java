package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.database.Query;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

@ExtendWith(PostgresExtension.class)
class PollCommandTest {
    private final Database database;
    private final StringWriter out = new StringWriter();

    PollCommandTest(Database database) {
        this.database = database;
    }

    @BeforeEach
    void aProviderWithTwoCredentials() {
        Query.of("truncate caravan.poll_provider, caravan.poll_stream")
                .on(database)
                .update();
        Query.of("""
                insert into caravan.poll_provider (name, credentials, refusals) values ('acme', '{main,second}', 2), ('beta', '{main}', 0)""").on(database).update();
        Query.of("""
                insert into caravan.poll_stream (provider, stream, failures, retry_at, halted_at, halted_reason)
                values ('acme', 'packets', 2, now() + interval '1 hour', null, null), ('acme', 'traces', 1, null, now(), 'no page')""").on(database).update();
    }

    private int run(String... arguments) {
        return new CommandLine(new PollCommand(() -> database))
                .setOut(new PrintWriter(out, true))
                .execute(arguments);
    }

    @Test
    void theOtherCredentialIsUsedFromNowOn() {
        assertThat(run("switch", "acme", "--by", "anna")).isZero();
        assertThat(out)
                .hasToString(
                        "Calls of acme use the credential 'second' instead of 'main'; 1 waiting stream(s) go on at once.\n");
        run("providers");
        assertThat(out.toString()).contains("second of 2");
        assertThat(run("switch", "beta")).isEqualTo(1);
    }

    @Test
    void aPausedProviderSaysByWhomAndGoesOnWhenResumed() {
        assertThat(run("pause", "acme", "--by", "anna", "--why", "no money left"))
                .isZero();
        assertThat(run("providers")).isZero();
        assertThat(out.toString()).contains("paused by anna, no money left");
        assertThat(run("resume", "acme")).isZero();
        assertThat(out.toString()).contains("2 halted or waiting stream(s) too");
        assertThat(run("resume", "acme")).isEqualTo(1);
    }

    @Test
    void oneStreamCanBeResumed() {
        assertThat(run("resume", "acme/traces")).isZero();
        assertThat(run("resume", "acme/traces")).isEqualTo(1);
    }

    @Test
    void providersAreListedForProgramsToo() {
        assertThat(run("providers", "--json")).isZero();
        assertThat(out.toString()).contains("\"provider\" : \"acme\"", "\"refusals\" : 2", "\"second\"");
    }

    @Test
    void withoutAProbeNothingCanBeTried() {
        assertThat(run("probe", "acme")).isEqualTo(1);
        assertThat(out.toString()).contains("Provider acme has no probe");
        assertThat(run("refresh", "nobody")).isEqualTo(1);
        assertThat(out.toString()).contains("No node has polled a provider 'nobody' yet.");
    }
}
