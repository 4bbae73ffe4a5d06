package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.caravan.routes.RouteFolders.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often files are read: a folder of thousands is looked at twice a second. */
class RouteFoldersTest {
    private static final Instant NOON = Instant.parse("2026-05-04T12:00:00Z");
    private static final int FILES = 120;
    private static final int ROUND = 60;

    @TempDir
    Path folder;

    private final AtomicInteger reads = new AtomicInteger();
    private RouteFolders folders;

    @BeforeEach
    void files() throws IOException {
        for (int i = 0; i < FILES; i++) {
            write("flow-" + i + ".yaml", "# " + i, NOON.minus(Duration.ofHours(1)));
        }
        folders = new RouteFolders(List.of(folder), this::read, Clock.fixed(NOON, ZoneOffset.UTC));
        folders.look();
        assertThat(reads.getAndSet(0)).isEqualTo(FILES);
    }

    @Test
    void filesThatAreLeftAloneAreReadOnceInARoundOfLooks() {
        for (int look = 0; look < ROUND; look++) {
            assertThat(folders.look().files()).hasSize(FILES);
        }
        assertThat(reads).hasValue(FILES);
    }

    @Test
    void aFileThatChangedIsReadAtTheNextLook() throws IOException {
        write("flow-7.yaml", "# other", NOON.minus(Duration.ofMinutes(1)));
        assertThat(text("flow-7.yaml")).isEqualTo("# other");
    }

    @Test
    void anotherFileOfTheSameSizeAndTimeIsSeenByItsIdentity() throws IOException {
        Path twin = write(".twin", "# 8", NOON.minus(Duration.ofHours(1)));
        Files.move(twin, folder.resolve("flow-7.yaml"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(text("flow-7.yaml")).isEqualTo("# 8");
    }

    @Test
    void aFileThatWasWrittenJustNowIsReadEachTimeBecauseAnotherWriteMightNotShow() throws IOException {
        write("flow-7.yaml", "# a", NOON.minusMillis(10));
        assertThat(text("flow-7.yaml")).isEqualTo("# a");
        write("flow-7.yaml", "# b", NOON.minusMillis(10));
        assertThat(text("flow-7.yaml")).isEqualTo("# b");
    }

    @Test
    void aChangeThatDoesNotShowIsFoundWithinARound() throws IOException {
        write("flow-7.yaml", "# b", NOON.minus(Duration.ofHours(1)));
        for (int look = 1; look < ROUND; look++) {
            folders.look();
        }
        assertThat(text("flow-7.yaml")).isEqualTo("# b");
    }

    private String text(String file) {
        return Objects.requireNonNull(folders.look().files().get(folder.resolve(file)))
                .text();
    }

    private Content read(Path file) {
        reads.incrementAndGet();
        return RouteFolders.read(file);
    }

    private Path write(String name, String text, Instant time) throws IOException {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setLastModifiedTime(file, FileTime.from(time));
        return file;
    }
}
