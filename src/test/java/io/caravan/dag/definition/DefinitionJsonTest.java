package io.caravan.dag.definition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.caravan.calendar.OnHoliday;
import io.caravan.dag.engine.TestWorkflows;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefinitionJsonTest {
    private static final DagDefinition FULL = new DagDefinition(
            "rides",
            "Load rides",
            "fleet",
            List.of("nightly"),
            Optional.of(new Timing(
                    List.of("0 2 * * *", "every 15m"),
                    ZoneId.of("Europe/Amsterdam"),
                    Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
                    Optional.empty(),
                    CatchUp.ALL,
                    Optional.of("nl-workdays"),
                    OnHoliday.NEXT)),
            Optional.of("rides.ride and telematics.packet"),
            2,
            3,
            4,
            Optional.of(Duration.ofHours(2)),
            Optional.of(Duration.ofMinutes(45)),
            Optional.of(new Expect("0 8 * * *", Duration.ofDays(1), Duration.ofMinutes(5), Optional.empty())),
            true,
            List.of(
                    new Param(
                            "city",
                            "string",
                            "where",
                            true,
                            TextNode.valueOf("Amsterdam"),
                            List.of(TextNode.valueOf("Amsterdam")),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of("[A-Z].*")),
                    new Param(
                            "share",
                            "number",
                            "",
                            false,
                            DecimalNode.valueOf(new BigDecimal("0.10")),
                            List.of(),
                            Optional.of(new BigDecimal("0")),
                            Optional.of(new BigDecimal("1.5")),
                            Optional.empty()),
                    new Param(
                            "none",
                            "object",
                            "",
                            false,
                            null,
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty())),
            List.of(new TaskDefinition(
                    "g.stage",
                    "rides-stage",
                    TaskKind.SENSOR,
                    List.of("before"),
                    TriggerRule.none_failed_min_one_success,
                    List.of("setup"),
                    Optional.of("g"),
                    Optional.of("g.stage"),
                    Optional.of(new ForEach("before", null, 10, 2)),
                    Optional.of("staging"),
                    2,
                    5,
                    new Retries(
                            3,
                            Duration.ofSeconds(30),
                            2,
                            Duration.ofHours(1),
                            0.5,
                            List.of("java.io.IOException"),
                            List.of("SQLException")),
                    Optional.of(Duration.ofMinutes(10)),
                    Optional.of(new Sensing(Duration.ofSeconds(5), Duration.ofDays(7), true)),
                    Optional.of(new AwaitedRun("prices", Duration.ofDays(-1), true)))));

    @Test
    void whatIsWrittenIsReadAgain() {
        assertThat(DefinitionJson.read(DefinitionJson.write(FULL))).isEqualTo(FULL);
    }

    @Test
    void nothingIsWrittenOfWhatIsNotThere() {
        DagDefinition small = TestWorkflows.dag("small", TestWorkflows.task("only"));

        assertThat(DefinitionJson.write(small)).doesNotContain("timing").doesNotContain("null");
        assertThat(DefinitionJson.read(DefinitionJson.write(small))).isEqualTo(small);
    }

    @Test
    void whatANewerVersionAddsIsPassedOver() {
        String newer = DefinitionJson.write(FULL).replaceFirst("\\{", "{\"colour\": {\"of\": [1]}, ");

        assertThat(DefinitionJson.read(newer)).isEqualTo(FULL);
    }

    @Test
    void whatIsNoDefinitionIsRefused() {
        assertThatThrownBy(() -> DefinitionJson.read("[1]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no definition");
    }
}
