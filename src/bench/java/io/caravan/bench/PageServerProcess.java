package io.caravan.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The page server as its parent sees it. */
final class PageServerProcess implements AutoCloseable {
    private final Process process;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private PageServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static PageServerProcess start(int records) throws IOException {
        Process process = new ProcessBuilder(List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:+UseSerialGC",
                        "-Dsun.net.httpserver.nodelay=true", // or Nagle's algorithm adds 40 ms to a page
                        "-cp",
                        System.getProperty("java.class.path"),
                        PageServer.class.getName(),
                        String.valueOf(records)))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader said =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String port = said.readLine();
        if (port == null) {
            throw new IOException("The page server did not start; its own words are above.");
        }
        return new PageServerProcess(process, Integer.parseInt(port));
    }

    long pid() {
        return process.pid();
    }

    /** The provider's address for a stream of so many records in pages of this size; its path is {@code /packets}. */
    String url(int pageSize, int records) {
        return "http://127.0.0.1:" + port + "/" + pageSize + "/" + records;
    }

    byte[] page(int pageSize, int records, int from) throws IOException, InterruptedException {
        URI uri = URI.create(url(pageSize, records) + "/packets?cursor=" + from);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray())
                .body();
    }

    /** Has all pages rendered before anybody is measured. */
    void render(int pageSize, int records) throws IOException, InterruptedException {
        for (int from = 0; from < records; from += pageSize) {
            page(pageSize, records, from);
        }
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
    }
}
