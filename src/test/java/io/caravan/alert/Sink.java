package io.caravan.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A service of chat that keeps every request and misbehaves as it is told to. */
final class Sink implements AutoCloseable {
    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private volatile Function<Request, Answer> usual = request -> Answer.of(200, "ok");

    record Request(String method, String uri, Headers headers, String body) {
        JsonNode json() {
            return Json.tree(body);
        }

        String header(String name) {
            return String.valueOf(headers.getFirst(name));
        }
    }

    /** @param cut the connection is closed in the middle of the answer */
    record Answer(int status, String body, Map<String, String> headers, Duration delay, boolean cut) {
        static Answer of(int status, String body) {
            return new Answer(status, body, Map.of(), Duration.ZERO, false);
        }

        Answer with(String header, String value) {
            return new Answer(status, body, Map.of(header, value), delay, cut);
        }

        Answer after(Duration pause) {
            return new Answer(status, body, headers, pause, cut);
        }

        Answer cutShort() {
            return new Answer(status, body, headers, delay, true);
        }
    }

    Sink() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What it answers next; after that it answers 200 and ok again. */
    Sink answers(int status, String body) {
        return answers(Answer.of(status, body));
    }

    synchronized Sink answers(Answer answer) {
        answers.add(answer);
        return this;
    }

    List<Request> requests() {
        return List.copyOf(requests);
    }

    Request only() {
        if (requests.size() != 1) {
            throw new AssertionError("There are " + requests.size() + " requests: " + requests);
        }
        return requests.get(0);
    }

    Request last() {
        return requests.get(requests.size() - 1);
    }

    /** What it answers where nothing else has been said. */
    void behaves(Function<Request, Answer> usual) {
        this.usual = usual;
    }

    private synchronized Optional<Answer> next() {
        return Optional.ofNullable(answers.poll());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            Request request = new Request(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().toString(),
                    exchange.getRequestHeaders(),
                    body);
            requests.add(request);
            Answer answer = next().orElseGet(() -> usual.apply(request));
            LockSupport.parkNanos(answer.delay().toNanos());
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), answer.cut() ? bytes.length + 100 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
