package io.caravan.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.impl.Log4jLogEvent;
import org.apache.logging.log4j.core.layout.PatternLayout;
import org.apache.logging.log4j.message.SimpleMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What people read of an event in the log of the service and in that of a task. */
class LogLinesTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void aFailedTaskTellsEachCauseAndWhereItBegan() {
        SQLException cause = new SQLException("column \"nix\" does not exist");

        String line = TaskLogAppender.line(event(new IOException("bad SQL grammar", cause)), NOON);

        assertThat(line.lines())
                .startsWith("12:00:00.000Z ERROR Loader something failed", "java.io.IOException: bad SQL grammar")
                .contains("Caused by: java.sql.SQLException: column \"nix\" does not exist")
                .hasSize(1 + 2 * (1 + 5));
        assertThat(line).contains("    at io.caravan.telemetry.LogLinesTest.aFailedTaskTellsEachCauseAndWhereItBegan");
    }

    @Test
    void aLineOfTheConsoleEndsAfterTheReasonOfItsFailure() throws Exception {
        PatternLayout layout = console();

        assertThat(layout.toSerializable(event(new IOException("no route to host"))))
                .endsWith("Loader             something failed\nno route to host\n");
        assertThat(layout.toSerializable(event(null))).endsWith("something failed\n");
    }

    private static PatternLayout console() throws Exception {
        URL file = Objects.requireNonNull(LogLinesTest.class.getResource("/log4j2.xml"));
        Configuration configuration = ConfigurationFactory.getInstance()
                .getConfiguration(new LoggerContext("of this test"), "of this test", file.toURI());
        configuration.initialize();
        return (PatternLayout) configuration.getAppender("text").getLayout();
    }

    private static LogEvent event(@Nullable Throwable thrown) {
        return Log4jLogEvent.newBuilder()
                .setLoggerName("io.caravan.load.Loader")
                .setLevel(Level.ERROR)
                .setMessage(new SimpleMessage("something failed"))
                .setThrown(thrown)
                .setTimeMillis(NOON.toEpochMilli())
                .build();
    }
}
