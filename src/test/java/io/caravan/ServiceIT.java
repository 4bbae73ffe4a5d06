package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service as an operator meets it: its process, its exit codes, its HTTP paths, its answer to a saved file. */
class ServiceIT {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** Two seconds are promised; the rest is for a machine that is busy with other tests. */
    private static final Duration RELOAD = Duration.ofSeconds(10);

    @TempDir
    private Path project;

    @Test
    void itShowsItsHealthAndMetricsAndFollowsSavedFiles() throws Exception {
        route("hello");
        try (ServiceChild service = ServiceChild.start(project, Map.of())) {
            service.awaitReady();
            assertThat(service.get("/observe/health").body()).contains("\"status\":\"UP\"");
            assertThat(service.get("/observe/health/live").statusCode()).isEqualTo(200);
            assertThat(service.get("/observe/metrics").body())
                    .contains("caravan_routes_files{state=\"loaded\"} 1.0")
                    .contains("jvm_memory_used_bytes");
            assertThat(service.get("/greet").body()).isEqualTo("hello");

            route("goodbye");
            await().atMost(RELOAD)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptions()
                    .until(() -> service.get("/greet").body().equals("goodbye"));

            write(
                    "routes/hello/hello.camel.yaml",
                    "- route:\n    from:\n      uri: platform-http:/greet\n      stepz: []\n");
            await().atMost(RELOAD)
                    .until(() -> service.get("/observe/metrics")
                            .body()
                            .contains("caravan_routes_files{state=\"last_good\"} 1.0"));
            assertThat(service.get("/greet").body()).isEqualTo("goodbye");
            assertThat(service.log()).contains("hello.camel.yaml").contains("stepz");
        }
    }

    @Test
    void aSecondServiceOnTheSameDataSaysSoAndExitsWith2() throws Exception {
        try (ServiceChild first = ServiceChild.start(project, Map.of())) {
            first.awaitReady();
            try (ServiceChild second = ServiceChild.start(project, Map.of())) {
                assertThat(second.exit(LIMIT)).isEqualTo(2);
                assertThat(second.log()).contains(project.resolve("data").toString());
            }
            assertThat(first.get("/observe/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aTermSignalEndsItInOrderAndTheNextStartFindsTheData() throws Exception {
        try (ServiceChild service = ServiceChild.start(project, Map.of())) {
            service.awaitReady();
            service.stop(Duration.ofSeconds(30));
            assertThat(service.log()).contains("has stopped");
        }
        try (ServiceChild service = ServiceChild.start(project, Map.of())) {
            service.awaitReady();
            assertThat(service.log()).doesNotContain("Creating a PostgreSQL cluster");
        }
    }

    @Test
    void withATokenNobodyGetsInWithoutIt() throws Exception {
        try (ServiceChild service = ServiceChild.start(project, Map.of("CARAVAN_HTTP_TOKEN", "s3cret"))) {
            await().atMost(LIMIT)
                    .ignoreExceptions()
                    .until(() -> service.get("/observe/health", "Authorization", "Bearer s3cret")
                                    .statusCode()
                            == 200);
            assertThat(service.get("/observe/health").statusCode()).isEqualTo(401);
            assertThat(service.get("/observe/metrics", "Authorization", "Bearer wrong")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(service.log()).doesNotContain("s3cret");
        }
    }

    @Test
    void whatItCanNotStartWithIsToldAndItExitsWith2() throws Exception {
        assertThat(failing(Map.of("CARAVAN_HTTP_HOST", "0.0.0.0"))).contains("CARAVAN_HTTP_TOKEN");
        assertThat(failing(Map.of(
                        "CARAVAN_DATABASE_URL",
                        "jdbc:postgresql://127.0.0.1:" + ServiceChild.freePort() + "/none",
                        "CARAVAN_DATABASE_PASSWORD",
                        "s3cret")))
                .contains("/none")
                .doesNotContain("s3cret");
    }

    private String failing(Map<String, String> environment) throws Exception {
        try (ServiceChild service = ServiceChild.start(project, environment)) {
            assertThat(service.exit(LIMIT)).as(service.log()).isEqualTo(2);
            return service.log();
        }
    }

    private void route(String greeting) throws IOException {
        write("routes/hello/hello.camel.yaml", """
                - route:
                    id: hello
                    from:
                      uri: platform-http:/greet
                      steps:
                        - setBody:
                            constant: %s
                """.formatted(greeting));
    }

    private void write(String file, String text) throws IOException {
        Path target = project.resolve(file);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text);
    }
}
