package io.caravan.watch.cause;

import io.caravan.routes.DidYouMean;
import io.caravan.routes.LiveFile;
import io.caravan.routes.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How each cause is judged and told: {@code config/causes/<cause>.yaml} over what the code knows, as {@link LiveFile}s: a saved file counts within a second, a broken one leaves what it last
 * said. Safe for any thread.
 */
public final class CauseFiles {
    private static final String SUFFIX = ".yaml";
    private static final List<String> NAMES =
            Arrays.stream(Cause.values()).map(Cause::word).toList();

    private final Path folder;
    private final Map<Cause, LiveFile<CauseSettings>> files = new EnumMap<>(Cause.class);

    private CauseFiles(Path folder, Clock clock, Collection<CauseRule> rules) {
        this.folder = folder;
        for (Cause cause : Cause.values()) {
            files.put(
                    cause,
                    new LiveFile<>(
                            folder.resolve(cause.word() + SUFFIX),
                            CauseSettings.plain(cause),
                            path -> CauseFile.read(path, cause, rules),
                            clock));
        }
    }

    /** The files of a folder, which need not exist. */
    public static CauseFiles in(Path folder, Clock clock) {
        return new CauseFiles(folder, clock, Causes.RULES);
    }

    /** The mistakes in the files as they are now. */
    public List<Problem> problems() {
        List<Problem> problems = new ArrayList<>(strangers());
        files.values().forEach(file -> file.problem().ifPresent(problems::add));
        return problems.stream().sorted(Problem.IN_READING_ORDER).toList();
    }

    /** Files that are about no cause. */
    private List<Problem> strangers() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .filter(file -> !NAMES.contains(name(file)))
                    .map(file -> new Problem(
                            file, 0, "There is no cause '" + name(file) + "'", DidYouMean.cure(name(file), NAMES)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    CauseSettings of(Cause cause) {
        return Objects.requireNonNull(files.get(cause)).current();
    }

    /** In the order in which they are asked. */
    List<CauseSettings> inOrder() {
        return files.values().stream()
                .map(LiveFile::current)
                .sorted(Comparator.comparingInt(CauseSettings::order))
                .toList();
    }
}
