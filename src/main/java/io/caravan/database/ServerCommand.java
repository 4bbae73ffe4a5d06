package io.caravan.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program under the server's account, with a clean environment, and waits for its end. */
record ServerCommand(List<String> prefix, Path workingFolder) {
    record Result(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    Result run(Duration limit, String... command) {
        var words = new ArrayList<>(prefix);
        words.addAll(List.of(command));
        try {
            // Not a pipe: a server that outlives its starter would hold it open
            var output = Files.createTempFile("caravan-postgres", ".out");
            try {
                int exitCode = run(limit, words, output);
                return new Result(
                        exitCode,
                        Files.readString(output, StandardCharsets.ISO_8859_1).strip());
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new EmbeddedPostgresException("Command '" + String.join(" ", words) + "' did not run: " + e, e);
        }
    }

    private int run(Duration limit, List<String> words, Path output) throws IOException {
        var builder = new ProcessBuilder(words)
                .directory(workingFolder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // PGDATA, PGPORT, PGOPTIONS and a foreign locale must not reach the server
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        var process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EmbeddedPostgresException(
                        "Command '" + String.join(" ", words) + "' did not end within " + limit + "; it was stopped.");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedPostgresException(
                    "Interrupted while '" + String.join(" ", words) + "' ran; it was stopped.", e);
        } finally {
            process.destroyForcibly();
        }
    }
}
