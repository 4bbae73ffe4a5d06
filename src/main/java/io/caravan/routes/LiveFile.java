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
 * stays as it last was, and so does one that has vanished, or is empty, for as long as it may take to save it: 10 s. Then it is as its default, or stays as it last was where that is wanted. Safe for any thread.
 *
 * @param <M> what the file means
 */
public final class LiveFile<M> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFile.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);
    private static final Duration GONE_AFTER = Duration.ofSeconds(10);
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
    private Instant awaySince = Instant.MIN;

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
        boolean first = lookedAt.equals(Instant.MIN);
        if (first || Duration.between(lookedAt, now).abs().compareTo(BETWEEN_LOOKS) >= 0) {
            awaySince = first ? now : awaySince;
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

    /** Whether it was there, and not empty, when it was looked for last. */
    public synchronized boolean isThere() {
        current();
        return !stamp.equals(NO_FILE);
    }

    /** Whether it has been away for longer than it takes to save it. */
    public synchronized boolean isGone() {
        current();
        return isAwayForLong();
    }

    private boolean isAwayForLong() {
        return stamp.equals(NO_FILE) && Duration.between(awaySince, lookedAt).compareTo(GONE_AFTER) >= 0;
    }

    private void look() {
        String found = stamp();
        boolean changed = !found.equals(stamp);
        stamp = found;
        if (changed && found.equals(NO_FILE)) {
            awaySince = lookedAt;
            vanished();
        } else if (changed) {
            read();
        } else if (!keptWhenGone && isAwayForLong()) {
            forget();
        }
    }

    private void read() {
        try {
            current = reader.read(path);
            understood = true;
            problem = Optional.empty();
            LOG.info("{} has been read", path);
        } catch (FileMistake e) {
            wrong(e.problem());
        }
    }

    private void vanished() {
        if (keptWhenGone && understood) {
            wrong(new Problem(path, 0, "The file has vanished", "put it back"));
        } else if (keptWhenGone) {
            forget();
        }
    }

    private void forget() {
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
            boolean isThere = Files.exists(path) && (keptWhenGone || Files.size(path) > 0);
            return isThere ? Files.getLastModifiedTime(path) + " " + Files.size(path) : NO_FILE;
        } catch (IOException e) {
            return NO_FILE;
        }
    }
}
