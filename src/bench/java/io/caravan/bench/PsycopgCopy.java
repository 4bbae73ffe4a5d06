package io.caravan.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.bench.Stopwatch.Measured;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The script that many would write instead: Python, psycopg's COPY and ON CONFLICT. */
final class PsycopgCopy implements Contender {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BenchDatabase database;
    private final PageServerProcess server;
    private final String python;
    private final Path script;

    PsycopgCopy(BenchDatabase database, PageServerProcess server, String python, Path script) {
        this.database = database;
        this.server = server;
        this.python = python;
        this.script = script;
    }

    /** Whether this Python exists and has psycopg. */
    static boolean isAtHand(String python) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(List.of(python, "-c", "import psycopg"))
                    .redirectErrorStream(true)
                    .start();
            process.getInputStream().readAllBytes();
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String name() {
        return "psycopg-copy";
    }

    @Override
    public String does() {
        return "Python, psycopg: page over HTTP, json.loads, COPY into a temporary table, INSERT … ON CONFLICT DO NOTHING; no log, no checks, no cursor";
    }

    @Override
    public Measured run(int pageSize, int records, Stopwatch watch) throws Exception {
        watch.start();
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        python,
                        script.toString(),
                        server.url(pageSize, records) + "/packets",
                        String.valueOf(database.server().port())))
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Map<String, String> environment = builder.environment();
        environment.put("PGUSER", database.server().user());
        environment.put("PGPASSWORD", database.server().password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("The Python script failed; its own words are above.");
        }
        Measured measured = watch.stop(records);
        JsonNode told = JSON.readTree(said); // its own clock: without the start of Python
        return new Measured(
                records,
                told.get("seconds").doubleValue(),
                measured.cpu().withClient(told.get("cpu").doubleValue()));
    }
}
