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
 * stays as it last was; one that isn't there is as its default, or stays as it last was where that is wanted. Safe for any thread.
 *
 * @param <M> what the file means
 */
public final class LiveFile<M> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFile.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final String NO_FILE = "";

    private final Path path;
    private final M absent;
    private final boolean keptWhenGone;
    private final Reader<M> reader;
    private final Clock clock;
    private M current;
    private boolean understood;
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
        this(path, absent, false, reader, clock);
    }

    /**
     * One without which nothing works: that it has vanished is a problem, and what it said last holds until it is back. Editors that save by deleting and making it anew do no harm.
     *
     * @param before what holds until it can be understood for the first time
     */
    public static <M> LiveFile<M> kept(Path path, M before, Reader<M> reader, Clock clock) {
        return new LiveFile<>(path, before, true, reader, clock);
    }

    private LiveFile(Path path, M absent, boolean keptWhenGone, Reader<M> reader, Clock clock) {
        this.path = path;
        this.keptWhenGone = keptWhenGone;
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
            gone();
            return;
        }
        try {
            current = reader.read(path);
            understood = true;
            problem = Optional.empty();
            LOG.info("{} has been read", path);
        } catch (FileMistake e) {
            wrong(e.problem());
        }
    }

    private void gone() {
        if (keptWhenGone && understood) {
            wrong(new Problem(path, 0, "The file has vanished", "put it back"));
            return;
        }
        current = absent;
        understood = false;
        problem = Optional.empty();
    }

    private void wrong(Problem found) {
        problem = Optional.of(found);
        LOG.error(
                "{}; {}",
                found,
                understood ? "what it said before still holds" : "nothing of it holds until it is mended");
    }

    private String stamp() {
        try {
            return Files.exists(path) ? Files.getLastModifiedTime(path) + " " + Files.size(path) : NO_FILE;
        } catch (IOException e) {
            return NO_FILE;
        }
    }
}
