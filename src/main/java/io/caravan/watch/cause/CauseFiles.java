package io.caravan.watch.cause;

import io.caravan.routes.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How each cause is judged and told: {@code config/causes/<cause>.yaml} over what the code knows. Read when first asked and again after a file has changed, which is looked for once a second at
 * most; a file that can't be read any more stays as it last was, and is told once. Safe for any thread.
 */
public final class CauseFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CauseFiles.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Path folder;
    private final Clock clock;
    private final Collection<CauseRule> rules;
    private Map<Path, String> stamps = Map.of();
    private Map<Cause, CauseSettings> settings = plain();
    private List<Problem> problems = List.of();
    private Instant lookedAt = Instant.MIN;

    CauseFiles(Path folder, Clock clock, Collection<CauseRule> rules) {
        this.folder = folder;
        this.clock = clock;
        this.rules = List.copyOf(rules);
    }

    /** The files of a folder, which need not exist. */
    public static CauseFiles in(Path folder, Clock clock) {
        return new CauseFiles(folder, clock, Causes.RULES);
    }

    /** The mistakes in the files as they are now. */
    public synchronized List<Problem> problems() {
        look();
        return problems;
    }

    synchronized CauseSettings of(Cause cause) {
        look();
        return settings.getOrDefault(cause, CauseSettings.plain(cause));
    }

    /** In the order in which they are asked. */
    synchronized List<CauseSettings> inOrder() {
        look();
        return settings.values().stream()
                .sorted(Comparator.comparingInt(CauseSettings::order))
                .toList();
    }

    private void look() {
        Instant now = clock.instant();
        boolean soon =
                !lookedAt.equals(Instant.MIN) && now.isBefore(lookedAt.plus(BETWEEN_LOOKS)) && !now.isBefore(lookedAt);
        if (soon) {
            return;
        }
        lookedAt = now;
        Map<Path, String> seen = stamps();
        if (!seen.equals(stamps)) {
            stamps = seen;
            load();
        }
    }

    private Map<Path, String> stamps() {
        if (!Files.isDirectory(folder)) {
            return Map.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(CauseFile.SUFFIX))
                    .collect(Collectors.toMap(file -> file, CauseFiles::stamp));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }

    private static String stamp(Path file) {
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            return "gone";
        }
    }

    private void load() {
        Map<Cause, CauseSettings> loaded = plain();
        Map<Path, Problem> wrong = new TreeMap<>();
        for (Path file : stamps.keySet()) {
            try {
                CauseSettings read = CauseFile.read(file, rules);
                loaded.put(read.cause(), read);
            } catch (CauseFile.Mistake e) {
                wrong.put(file, e.problem());
                Cause.of(CauseFile.name(file)).ifPresent(cause -> loaded.put(cause, lastGood(cause)));
                LOG.error("causes file={} state=LAST_GOOD {}", file, e.problem());
            }
        }
        settings = loaded;
        problems = List.copyOf(wrong.values());
    }

    private CauseSettings lastGood(Cause cause) {
        return settings.getOrDefault(cause, CauseSettings.plain(cause));
    }

    private static Map<Cause, CauseSettings> plain() {
        Map<Cause, CauseSettings> plain = new EnumMap<>(Cause.class);
        Arrays.stream(Cause.values()).forEach(cause -> plain.put(cause, CauseSettings.plain(cause)));
        return plain;
    }
}
