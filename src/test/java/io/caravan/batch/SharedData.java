package io.caravan.batch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Public test data that lies beside the project; a test whose data is absent is skipped. Another folder: {@code -Dcaravan.shared=…}. */
public final class SharedData {
    private SharedData() {}

    public static Path folder(String name) {
        Path folder = Path.of(System.getProperty("caravan.shared", "../shared/data"), name);
        Assumptions.assumeTrue(Files.isDirectory(folder), () -> "skipped: no test data in " + folder);
        return folder;
    }

    public static List<Path> files(String name) {
        try (Stream<Path> files = Files.list(folder(name))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
