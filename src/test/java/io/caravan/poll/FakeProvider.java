package io.caravan.poll;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A provider on a free port that answers as the test says, and remembers what it was asked and when. */
final class FakeProvider implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Answering answering;
    final List<Asked> asked = new CopyOnWriteArrayList<>();

    /**
     * A call.
     *
     * @param atNanos when it arrived, on the machine's steady clock
     */
    record Asked(long atNanos, String path, Map<String, String> query, Map<String, String> headers, String body) {
        String parameter(String name) {
            return query.getOrDefault(name, "");
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, Map<String, String> headers, byte[] body) {
        static Answer json(String body) {
            return new Answer(200, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
        }

        static Answer status(int status, String... headers) {
            Map<String, String> named = new LinkedHashMap<>();
            for (int i = 0; i < headers.length; i += 2) {
                named.put(headers[i], headers[i + 1]);
            }
            return new Answer(status, named, new byte[0]);
        }

        Answer with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Answer(status, more, body);
        }
    }

    @FunctionalInterface
    interface Answering {
        Answer answer(Asked asked) throws Exception;
    }

    FakeProvider(Answering answering) {
        this.answering = answering;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    void answers(Answering other) {
        answering = other;
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
            Asked call = new Asked(
                    System.nanoTime(),
                    exchange.getRequestURI().getPath(),
                    query(exchange.getRequestURI().getRawQuery()),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            asked.add(call);
            Answer answer;
            try {
                answer = answering.answer(call);
            } catch (Exception e) {
                answer = Answer.status(500, "X-Test", e.toString());
            }
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        }
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new LinkedHashMap<>();
        if (raw != null) {
            Arrays.stream(raw.split("&", -1)).forEach(pair -> {
                String[] parts = pair.split("=", 2);
                query.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
            });
        }
        return query;
    }

    private static String decoded(String text) {
        return java.net.URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    List<Asked> askedAt(String path) {
        return asked.stream().filter(call -> call.path().equals(path)).toList();
    }

    /** {@code {"data":[{"n":from},…],…rest}}. */
    static String page(long from, long count, String rest) {
        List<String> records = new ArrayList<>();
        for (long n = from; n < from + count; n++) {
            records.add("{\"n\":" + n + "}");
        }
        return "{\"data\":[" + String.join(",", records) + "]" + (rest.isEmpty() ? "" : "," + rest) + "}";
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
