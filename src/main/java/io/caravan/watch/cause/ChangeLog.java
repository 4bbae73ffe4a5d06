package io.caravan.watch.cause;

import io.caravan.database.Database;
import io.caravan.watch.cause.Evidence.Change;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes each change of Caravan itself: its version, and the files that tell it what to do. At start it compares with what the database knows, later with what it saw itself, so that nodes whose
 * files differ for a while don't tell of each other's. Of a file with secrets only the time of its change is kept. {@link #look} may be called by any thread.
 */
public final class ChangeLog {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeLog.class);
    private static final Duration KEEP = Duration.ofDays(90);
    private static final int SHOWN_HASH_BYTES = 8;

    private final ChangeRepository changes;
    private final Clock clock;
    private final String node;
    private final String version;
    private final Path project;
    private final List<Path> folders;
    private final Predicate<Path> isSecret;
    private Optional<Map<String, String>> seen = Optional.empty();

    /**
     * @param version of the program
     * @param project below which files are named
     * @param folders whose files matter; one that doesn't exist has none
     * @param isSecret whether a file holds secrets
     */
    public ChangeLog(
            Database database,
            Clock clock,
            String node,
            String version,
            Path project,
            List<Path> folders,
            Predicate<Path> isSecret) {
        this.changes = new ChangeRepository(database);
        this.clock = clock;
        this.node = node;
        this.version = version;
        this.project = project.toAbsolutePath().normalize();
        this.folders = List.copyOf(folders);
        this.isSecret = isSecret;
    }

    /** Notes what has changed since the last look. */
    public synchronized void look() {
        Map<String, String> now = parts();
        Map<String, String> before = seen.orElseGet(changes::known);
        Instant at = clock.instant();
        if (before.isEmpty()) {
            changes.begin(now, at);
        } else {
            tellDifferences(before, now, at);
        }
        if (seen.isEmpty()) {
            changes.prune(at.minus(KEEP));
        }
        seen = Optional.of(now);
    }

    private void tellDifferences(Map<String, String> before, Map<String, String> now, Instant at) {
        TreeSet<String> all = new TreeSet<>(before.keySet());
        all.addAll(now.keySet());
        for (String what : all) {
            Optional<String> from = Optional.ofNullable(before.get(what));
            Optional<String> to = Optional.ofNullable(now.get(what));
            if (!from.equals(to)) {
                Change change = new Change(at, node, what, from, to);
                if (changes.note(change)) {
                    LOG.info("watch change={} from={} to={}", what, from.orElse("none"), to.orElse("none"));
                }
            }
        }
    }

    private Map<String, String> parts() {
        Map<String, String> parts = new TreeMap<>();
        parts.put("version", version);
        folders.forEach(folder -> addFiles(folder, parts));
        return parts;
    }

    private void addFiles(Path folder, Map<String, String> parts) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().startsWith("."))
                    .forEach(file -> value(file).ifPresent(value -> parts.put(name(file), value)));
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("watch: files below {} could not be read: {}. The next look is soon.", folder, e.getMessage());
        }
    }

    private String name(Path file) {
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(project) ? project.relativize(absolute).toString() : absolute.toString();
    }

    /** Empty when it went while we looked. */
    private Optional<String> value(Path file) {
        try {
            return Optional.of(
                    isSecret.test(file) ? "of " + Files.getLastModifiedTime(file) : hash(Files.readAllBytes(file)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String hash(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(hash, 0, SHOWN_HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
