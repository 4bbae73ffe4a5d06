package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.core.Appender;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.WriterAppender;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ValidateCommandTest {
    private static final String ROUTE =
            "- route:\n    id: one\n    from:\n      uri: timer:x\n      steps:\n        - log: x\n";

    @TempDir
    Path project;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path file = Path.of("");

    @BeforeEach
    void layOutAProject() throws Exception {
        file = Files.createDirectories(project.resolve("routes")).resolve("one.yaml");
    }

    @Test
    void aCleanProjectExitsWithZero() throws Exception {
        Files.writeString(file, ROUTE);
        assertThat(run()).isZero();
        assertThat(out.toString()).contains("1 file checked, nothing to mend");
    }

    @Test
    void aProblemIsOneLineAndExitsWithOne() throws Exception {
        Files.writeString(file, ROUTE.replace("log:", "lgo:"));
        assertThat(run(file.toString())).isEqualTo(1);
        assertThat(out.toString().strip()).isEqualTo(file + ":6: 'lgo' is not known in a step; did you mean 'log'?");
    }

    @Test
    void aProgramGetsJson() throws Exception {
        Files.writeString(file, ROUTE.replace("log:", "lgo:"));
        assertThat(run("--json")).isEqualTo(1);
        assertThat(out.toString()).contains("\"line\" : 6").contains("\"cure\" : \"did you mean 'log'?\"");
    }

    @Test
    void aCalendarsMistakesAreToldWithTheirLines() throws Exception {
        Path schemas = Files.createDirectories(project.resolve("config/schemas"));
        Files.copy(Path.of("config/schemas/calendars.schema.json"), schemas.resolve("calendars.schema.json"));
        Path calendars = Files.createDirectories(project.resolve("config/calendars"));
        Files.writeString(calendars.resolve("good.yaml"), "zone: Europe/Amsterdam\nholidays: nl\n");
        Files.writeString(calendars.resolve("region.yaml"), "zone: Europe/Berlin\nholidays: [nl, de-bx]\n");
        Files.writeString(calendars.resolve("schema.yaml"), "zone: Europe/Berlin\ncompanyDay: [2026-05-04]\n");
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString().lines())
                .hasSize(2)
                .anySatisfy(line -> assertThat(line).contains("region.yaml:2: 'de-bx': 'bx' is no region"))
                .anySatisfy(line -> assertThat(line)
                        .contains("schema.yaml:2: 'companyDay' is not known")
                        .contains("did you mean 'companyDays'?"));
    }

    @Test
    void rulesWhoseDatasetNoRouteJudgesAreToldWithTheirLine() throws Exception {
        Path schemas = Files.createDirectories(project.resolve("config/schemas"));
        Files.copy(Path.of("config/schemas/rules.schema.json"), schemas.resolve("rules.schema.json"));
        Path rules = Files.createDirectories(project.resolve("config/rules")).resolve("own.yaml");
        Files.writeString(
                rules,
                "dataset: telematic.packet\nrules:\n  a: {when: x > 1}\n  b: {when: x > 1, dataset: rides, enabled: false}\n");
        String judging = "- to: {uri: alert:rules, parameters: {dataset: \"%s\", asset: /a}}";
        Files.writeString(file, ROUTE.replace("- log: x", judging.formatted("telematics.packet")));
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString())
                .contains("own.yaml:1: 'telematic.packet' is judged by no route, so its rules never fire; "
                        + "did you mean 'telematics.packet'? Otherwise add a step");

        Files.writeString(file, ROUTE.replace("- log: x", judging.formatted("telematic.packet")));
        assertThat(run()).isZero();
        Files.writeString(file, ROUTE.replace("- log: x", "- toD: \"alert:rules?dataset=${header.x}&asset=/a\""));
        assertThat(run()).isZero();
    }

    @Test
    void whatARouteOffersAndNoneMakesTrueIsTold() throws Exception {
        Path file = project.resolve("routes/own/own.camel.yaml");
        Files.createDirectories(file.getParent());
        String raising = "- to: \"alert:raise?key=a&severity=high&summary=b&acts=%s\"";
        Files.writeString(file, ROUTE.replace("- log: x", raising.formatted("expect")));
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString())
                .contains("acts=expect has no effect, as no route makes it true; add a route from: alert:events");

        Files.writeString(file.resolveSibling("more.camel.yaml"), """
                - route:
                    id: makes-it-true
                    from:
                      uri: alert:events?kind=resolved, expected
                      steps:
                        - log: x
                """);
        assertThat(run()).isZero();
        Files.writeString(file, ROUTE.replace("- log: x", raising.formatted("ekspect")));
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString()).contains("'ekspect' is nothing that a route may offer");
    }

    @Test
    void theFleetsMistakesAreToldWithTheirLines() throws Exception {
        Path schemas = Files.createDirectories(project.resolve("config/schemas"));
        Files.copy(Path.of("config/schemas/fleets.schema.json"), schemas.resolve("fleets.schema.json"));
        Path fleets = project.resolve("config/fleets.yaml");
        Files.writeString(fleets, "fleets:\n  acme/a:\n    zone: Europe/Amsterdm\n");
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString())
                .contains("fleets.yaml:3: zone: 'Europe/Amsterdm' is no time zone; did you mean 'Europe/Amsterdam'?");

        Files.writeString(fleets, "fleets:\n  acme/a:\n    worksOnHoliday: true\n");
        assertThat(run()).isEqualTo(1);
        assertThat(out.toString())
                .contains("fleets.yaml:3: 'worksOnHoliday' is not known")
                .contains("did you mean 'worksOnHolidays'?");
    }

    @Test
    void whatIsToldIsNotLoggedBesides() throws Exception {
        Path schemas = Files.createDirectories(project.resolve("config/schemas"));
        for (String schema : List.of("fleets.schema.json", "causes.schema.json")) {
            Files.copy(Path.of("config/schemas", schema), schemas.resolve(schema));
        }
        Files.writeString(project.resolve("config/fleets.yaml"), "fleets:\n  acme/a:\n    zone: Europe/Amsterdm\n");
        Path causes = Files.createDirectories(project.resolve("config/causes"));
        Files.writeString(causes.resolve("quota.yaml"), "severity: hihg\n");
        StringWriter log = new StringWriter();
        Appender appender = WriterAppender.createAppender(null, null, log, "log of this test", false, true);
        appender.start();
        LoggerContext context = LoggerContext.getContext(false);
        Logger root = context.getRootLogger();
        root.addAppender(appender);
        try {
            assertThat(run()).isEqualTo(1);
            assertThat(out.toString().lines()).hasSize(2);
            assertThat(log.toString()).isEmpty();
            assertThat(context.getConfiguration().getFilter())
                    .as("what silences what comes after it")
                    .isNull();
        } finally {
            root.removeAppender(appender);
        }
    }

    @Test
    void aFileThatDoesNotExistIsWrongUsage() {
        assertThat(run("nowhere.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no file nowhere.yaml");
    }

    private int run(String... arguments) {
        return new CommandLine(new ValidateCommand(Map.of("CARAVAN_PROJECT", project.toString())))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
