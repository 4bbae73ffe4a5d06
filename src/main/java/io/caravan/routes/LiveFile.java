package io.caravan.routes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of ours that people edit while we run: read when first asked and again after it has changed, which is looked for once a second at most. One that can't be understood any more
 * stays as it last was, and one that isn't there is as its default. Safe for any thread.
 *
 * @param <M> what the file means
 */
public final class LiveFile<M> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFile.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String NO_FILE = "";

    private final Path path;
    private final M absent;
    private final Reader<M> reader;
    private final Clock clock;
    private M current;
    private Optional<Problem> problem = Optional.empty();
    private String stamp = NO_FILE;
    private Instant lookedAt = Instant.MIN;

    /** Reads a file. */
    public interface Reader<M> {
        M read(Path path) throws FileMistake;
    }

    /**
     * @param absent what holds while there is no such file
     */
    public LiveFile(Path path, M absent, Reader<M> reader, Clock clock) {
        this.path = path;
        this.absent = absent;
        this.current = absent;
        this.reader = reader;
        this.clock = clock;
    }

    public synchronized M current() {
        Instant now = clock.instant();
        if (lookedAt.equals(Instant.MIN)
                || Duration.between(lookedAt, now).abs().compareTo(BETWEEN_LOOKS) >= 0) {
            lookedAt = now;
            look();
        }
        return current;
    }

    /** What is wrong with the file as it is now. */
    public synchronized Optional<Problem> problem() {
        current();
        return problem;
    }

    private void look() {
        String found = stamp();
        if (found.equals(stamp)) {
            return;
        }
        stamp = found;
        if (found.equals(NO_FILE)) {
            current = absent;
            problem = Optional.empty();
            return;
        }
        try {
            current = reader.read(path);
            problem = Optional.empty();
            LOG.info("{} has been read", path);
        } catch (FileMistake e) {
            problem = Optional.of(e.problem());
            LOG.error("{}; what it said before still holds", e.problem());
        }
    }

    private String stamp() {
        try {
            return Files.exists(path) ? Files.getLastModifiedTime(path) + " " + Files.size(path) : NO_FILE;
        } catch (IOException e) {
            return NO_FILE;
        }
    }
}
