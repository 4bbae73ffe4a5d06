package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
        assertThat(run("--project", project.toString())).isZero();
        assertThat(out.toString()).contains("1 files checked, nothing to mend");
    }

    @Test
    void aProblemIsOneLineAndExitsWithOne() throws Exception {
        Files.writeString(file, ROUTE.replace("log:", "lgo:"));
        assertThat(run("--project", project.toString(), file.toString())).isEqualTo(1);
        assertThat(out.toString().strip()).isEqualTo(file + ":6: 'lgo' is not known in a step; did you mean 'log'?");
    }

    @Test
    void aProgramGetsJson() throws Exception {
        Files.writeString(file, ROUTE.replace("log:", "lgo:"));
        assertThat(run("--json", "--project", project.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("\"line\" : 6").contains("\"cure\" : \"did you mean 'log'?\"");
    }

    @Test
    void aFileThatDoesNotExistIsWrongUsage() {
        assertThat(run("--project", project.toString(), "nowhere.yaml")).isEqualTo(2);
        assertThat(err.toString()).contains("There is no file nowhere.yaml");
    }

    private int run(String... arguments) {
        return new CommandLine(new ValidateCommand(Map.of()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
