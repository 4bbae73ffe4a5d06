package io.caravan.routes;

import io.caravan.routes.RouteParser.Read;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Reads files a little ahead of the thread that loads them, in a thread of its own, where there are many: reading is a seventh of what it takes to load a file. Whoever comes first to a file reads it.
 * Belongs to the thread that loads.
 */
final class ReadAhead {
    /** Fewer are read as they are loaded. */
    private static final int MANY = 100;

    /** So many files are kept that have been read and not loaded. */
    private static final int AHEAD = 64;

    private final RouteParser parser;
    private final Map<Path, FutureTask<Read>> readings = new HashMap<>();
    private Semaphore room = new Semaphore(0);
    private @Nullable Thread thread;

    ReadAhead(RouteParser parser) {
        this.parser = parser;
    }

    /** These texts will be asked for, more or less in the order of the map; what else was expected before will not. */
    void expect(Map<Path, String> texts) {
        stop();
        readings.clear();
        if (texts.size() >= MANY) {
            texts.forEach((path, text) -> readings.put(path, new FutureTask<>(() -> parser.read(path, text))));
            room = new Semaphore(AHEAD);
            start(texts.keySet().stream().map(readings::get).toList(), room);
        }
    }

    private void stop() {
        Thread before = thread;
        if (before != null) {
            before.interrupt();
        }
    }

    private void start(List<FutureTask<Read>> inOrder, Semaphore its) {
        Thread reader = new Thread(() -> run(inOrder, its), "caravan-routes-ahead");
        reader.setDaemon(true);
        reader.start();
        thread = reader;
    }

    private static void run(List<FutureTask<Read>> inOrder, Semaphore room) {
        try {
            for (FutureTask<Read> reading : inOrder) {
                room.acquire();
                reading.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody waits for the rest
        }
    }

    /** Throws what {@link RouteParser#read} throws. */
    Read read(Path path, String text) throws Exception {
        FutureTask<Read> reading = readings.remove(path);
        if (reading == null) {
            return parser.read(path, text);
        }
        room.release();
        reading.run();
        try {
            return reading.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
