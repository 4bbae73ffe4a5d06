package io.caravan.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The folders whose {@code *.yaml} files are routes and beans. A file is read when its size, time or identity has changed (which a symlinked ConfigMap shows, too), or its
 * time is so recent that another change might not show; and each file once in a while, because a network file system may change what a path holds without telling.
 * Not thread-safe. Hidden names ({@code ..data}, {@code .#one.yaml}) and {@code *.test.yaml} are not routes.
 */
final class RouteFolders {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    /** Two writes within this time may leave the same time stamp. */
    private static final Duration CLOCK_TICK = Duration.ofSeconds(3);

    /** Within so many looks each file is read once, changed or not. */
    private static final int LOOKS_TO_READ_ALL = 60;

    private final List<Path> folders;
    private final Function<Path, Content> reader;
    private final Clock clock;
    private Map<Path, Read> known = new HashMap<>();
    private int looks;

    RouteFolders(List<Path> folders) {
        this(folders, RouteFolders::read, Clock.systemUTC());
    }

    /**
     * @param reader reads a file
     * @param clock agrees with that of the files' time stamps
     */
    RouteFolders(List<Path> folders, Function<Path, Content> reader, Clock clock) {
        this.folders = List.copyOf(folders);
        this.reader = reader;
        this.clock = clock;
    }

    /** What a file looked like when it was read, and what it said. */
    private record Read(FileTime time, long size, @Nullable Object identity, Instant at, Content content) {
        boolean isStill(BasicFileAttributes attributes) {
            return content.isReadable()
                    && time.equals(attributes.lastModifiedTime())
                    && size == attributes.size()
                    && Objects.equals(identity, attributes.fileKey())
                    && time.toInstant().isBefore(at.minus(CLOCK_TICK));
        }
    }

    /** What a look at the folders found: the content of each file, and the folders that could not be looked into. */
    record Look(Map<Path, Content> files, List<Path> missingFolders) {
        /** A folder that vanished is an unmounted disk rather than a wish to stop everything in it. */
        boolean knowsNothingOf(Path file) {
            return missingFolders.stream().anyMatch(file::startsWith);
        }
    }

    /** A file's text, or why it cannot be read. */
    record Content(String text, String unreadable) {
        static Content of(String text) {
            return new Content(text, "");
        }

        boolean isReadable() {
            return unreadable.isEmpty();
        }

        boolean isEmpty() {
            return isReadable() && text.isBlank();
        }
    }

    Look look() {
        Map<Path, Content> files = new HashMap<>();
        Map<Path, Read> seen = new HashMap<>();
        for (Path folder : folders) {
            collect(folder, files, seen);
        }
        known = seen;
        looks++;
        return new Look(
                files,
                folders.stream().filter(folder -> !Files.isDirectory(folder)).toList());
    }

    static boolean isRouteFile(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".yaml")
                && !name.startsWith(".")
                && !name.endsWith(".test.yaml")
                && !name.endsWith(".kamelet.yaml");
    }

    static Content read(Path file) {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return Content.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text);
        } catch (IOException e) {
            return new Content("", e.toString());
        }
    }

    private Content content(Path file, BasicFileAttributes attributes, Map<Path, Read> seen) {
        Read before = known.get(file);
        boolean isItsTurn = Math.floorMod(file.hashCode(), LOOKS_TO_READ_ALL) == looks % LOOKS_TO_READ_ALL;
        if (before != null && !isItsTurn && before.isStill(attributes)) {
            seen.put(file, before);
            return before.content();
        }
        Instant now = clock.instant();
        Content content = reader.apply(file);
        seen.put(file, new Read(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey(), now, content));
        return content;
    }

    private void collect(Path folder, Map<Path, Content> files, Map<Path, Read> seen) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), 32, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                    boolean hidden =
                            !dir.equals(folder) && dir.getFileName().toString().startsWith(".");
                    return hidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (isRouteFile(file) && attributes.isRegularFile()) {
                        Content content = content(file, attributes, seen);
                        if (content.isReadable() || Files.exists(file)) {
                            files.put(file, content);
                        }
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    // a loop of links, or a file that went while we looked: the next look knows more
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look into " + folder, e);
        }
    }
}
