package io.caravan.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The provider, in a process of its own: {@code /<page size>/<records>/packets?cursor=<place>} gives a page whose bytes were rendered when it
 * was asked for the first time. It ends when its standard input does.
 */
final class PageServer {
    private static final Pattern PATH = Pattern.compile("/(\\d+)/(\\d+)/packets");
    private static final Pattern CURSOR = Pattern.compile("(?:^|&)cursor=(\\d+)");

    private final Packets packets;
    private final Map<String, byte[]> rendered = new ConcurrentHashMap<>();

    private PageServer(Packets packets) {
        this.packets = packets;
    }

    /** Prints its port. */
    @SuppressWarnings("SystemOut") // how the parent learns the port
    public static void main(String[] args) throws IOException {
        PageServer pages = new PageServer(Packets.generate(Integer.parseInt(args[0])));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        server.setExecutor(threads);
        server.createContext("/", pages::answer);
        server.start();
        System.out.println(server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // the parent lives
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
            if (!path.matches()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            String query = exchange.getRequestURI().getQuery();
            Matcher cursor = CURSOR.matcher(query == null ? "" : query);
            int from = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
            int size = Integer.parseInt(path.group(1));
            int records = Integer.parseInt(path.group(2));
            byte[] page = rendered.computeIfAbsent(path.group() + from, key -> render(from, size, records));
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
        }
    }

    private byte[] render(int from, int size, int records) {
        int to = Math.min(from + size, records);
        return packets.slice(from, to).stream()
                .map(Packets.Packet::text)
                .collect(Collectors.joining(",", "{\"data\":[", to < records ? "],\"next\":\"" + to + "\"}" : "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }
}
