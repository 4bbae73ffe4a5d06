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
import java.util.EnumSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The folders whose {@code *.yaml} files are routes and beans. Content is read, not time stamps: a symlinked ConfigMap or a network file system changes what a
 * path holds without telling. Hidden names ({@code ..data}, {@code .#one.yaml}) and {@code *.test.yaml} are not routes.
 */
final class RouteFolders {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final List<Path> folders;

    RouteFolders(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** What a look at the folders found: the content of each file, and the folders that could not be looked into. */
    record Look(SortedMap<Path, Content> files, List<Path> missingFolders) {
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
        SortedMap<Path, Content> files = new TreeMap<>();
        for (Path folder : folders) {
            collect(folder, files);
        }
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

    private static void collect(Path folder, SortedMap<Path, Content> files) {
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
                        Content content = read(file);
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
