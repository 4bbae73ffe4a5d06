package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.junit.jupiter.api.Test;

class HealthPageTest {
    private static final String MESSAGE = "routes/a.camel.yaml:5: 'x' is no \"number\" \\ line\nbreak";

    private static HealthCheck.Result down() {
        return new AbstractHealthCheck("caravan", "routes") {
            @Override
            protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
                builder.message(MESSAGE)
                        .error(new IllegalStateException("a/b", new IllegalArgumentException("c/d")))
                        .detail("files", 3)
                        .detail("routes/a.camel.yaml", "REFUSED/x")
                        .down();
            }
        }.call();
    }

    private static JsonNode page(String level, boolean data, boolean stackTrace) throws Exception {
        HealthPage.Detail detail = new HealthPage.Detail(level, data, stackTrace);
        return new ObjectMapper().readTree(HealthPage.json(List.of(down()), false, detail));
    }

    @Test
    void aMessageReadsAsItWasWritten() throws Exception {
        JsonNode check = page("full", true, false).path("checks").path(0);

        assertThat(check.path("message").asText()).isEqualTo(MESSAGE);
        assertThat(check.path("error-message").asText())
                .isEqualTo("a/b; Caused by: java.lang.IllegalArgumentException: c/d");
        assertThat(check.path("data").path("files").asInt()).isEqualTo(3);
        assertThat(check.path("data").path("routes/a.camel.yaml").asText()).isEqualTo("REFUSED/x");
        assertThat(check.has("error-stacktrace")).isFalse();
    }

    @Test
    void aPathHasNoEscapedSlash() {
        HealthPage.Detail detail = new HealthPage.Detail("full", true, false);
        assertThat(HealthPage.json(List.of(down()), false, detail)).contains("routes/a.camel.yaml:5");
    }

    @Test
    void oneLineSaysOnlyWhetherAllIsWell() throws Exception {
        assertThat(page("oneline", false, false).toString()).isEqualTo("{\"status\":\"DOWN\"}");
    }

    @Test
    void aStackTraceComesWhenAskedFor() throws Exception {
        assertThat(page("default", false, true)
                        .path("checks")
                        .path(0)
                        .path("error-stacktrace")
                        .asText())
                .contains("HealthPageTest");
    }
}
