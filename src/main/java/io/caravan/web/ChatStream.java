package io.caravan.web;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.caravan.alert.chat.ChatBoard;
import io.caravan.alert.chat.ChatMessage;
import io.caravan.database.DatabaseException;
import io.caravan.database.Notifications;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /chat/events}: what comes and changes on the chat, as server-sent events, for pages that are open. An event's id is the version of its message; a reader that comes back with
 * {@code Last-Event-ID} (or {@code ?after=}) misses nothing. At most 100 readers.
 */
public final class ChatStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChatStream.class);
    private static final int MOST_READERS = 100;
    private static final int AT_ONCE = 100;
    private static final long ALIVE_MILLIS = 15_000;

    private final ChatBoard board;
    private final ChatPages pages;
    private final Vertx vertx;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();
    private final Notifications news;
    private final long alive;

    private ChatStream(ChatBoard board, ChatPages pages, Vertx vertx) {
        this.board = board;
        this.pages = pages;
        this.vertx = vertx;
        this.news = board.listen(() -> readers.forEach(this::send));
        this.alive = vertx.setPeriodic(ALIVE_MILLIS, timer -> readers.forEach(Reader::ping));
    }

    static ChatStream serve(Router router, Vertx vertx, ChatBoard board, ChatPages pages) {
        ChatStream stream = new ChatStream(board, pages, vertx);
        router.get("/chat/events").handler(stream::open);
        return stream;
    }

    private void open(RoutingContext request) {
        if (readers.size() >= MOST_READERS) {
            request.response().setStatusCode(503).putHeader("Retry-After", "30").end("Too many read the chat.\n");
            return;
        }
        HttpServerResponse response = request.response();
        response.setChunked(true)
                .putHeader("Content-Type", "text/event-stream; charset=utf-8")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Accel-Buffering", "no");
        response.write("retry: 2000\n\n");
        Reader reader = new Reader(response, after(request));
        response.closeHandler(closed -> readers.remove(reader));
        response.exceptionHandler(failure -> readers.remove(reader));
        readers.add(reader);
        vertx.executeBlocking(
                () -> {
                    send(reader);
                    return true;
                },
                false);
    }

    private static long after(RoutingContext request) {
        String last = request.request().getHeader("Last-Event-ID");
        String after = last == null ? request.request().getParam("after") : last;
        return after != null && after.matches("[0-9]{1,18}") ? Long.parseLong(after) : 0;
    }

    /** Sends a reader what it has not got yet. */
    private void send(Reader reader) {
        try {
            reader.catchUp(board, pages);
        } catch (DatabaseException e) {
            LOG.debug("a reader of the chat waits, since the database can't be asked: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a reader of the chat can't be told what is new; it is to come again", e);
            readers.remove(reader);
            reader.end();
        }
    }

    /** Ends all that are reading; they come again by themselves. */
    @Override
    public void close() {
        news.close();
        vertx.cancelTimer(alive);
        readers.forEach(Reader::end);
    }

    /** An open page. */
    private static final class Reader {
        private final HttpServerResponse response;
        private long sent;

        Reader(HttpServerResponse response, long sent) {
            this.response = response;
            this.sent = sent;
        }

        /** One that does not take what it is sent is let go: it comes again when it can, and is told what it has missed. */
        synchronized void catchUp(ChatBoard board, ChatPages pages) {
            List<ChatMessage> fresh = board.after(sent, AT_ONCE);
            while (!fresh.isEmpty() && !response.closed()) {
                for (ChatMessage message : fresh) {
                    if (response.writeQueueFull()) {
                        end();
                        return;
                    }
                    response.write(event(message, pages));
                    sent = message.version();
                }
                fresh = board.after(sent, AT_ONCE);
            }
        }

        /** JSON has no line breaks of its own, which would end the event. */
        private static String event(ChatMessage message, ChatPages pages) {
            String data = JsonNodeFactory.instance
                    .objectNode()
                    .put("id", message.id().toString())
                    .put("html", pages.card(message))
                    .toString();
            return "id: " + message.version() + "\ndata: " + data + "\n\n";
        }

        void ping() {
            if (!response.closed()) {
                response.write(": alive\n\n");
            }
        }

        void end() {
            if (!response.closed() && !response.ended()) {
                response.end();
            }
        }
    }
}
