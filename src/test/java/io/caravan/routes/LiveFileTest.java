package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveFileTest {
    private Path file = Path.of("");
    private Instant now = Instant.parse("2026-03-02T10:00:00Z");
    private LiveFile<String> kept = LiveFile.kept(file, "nothing", LiveFileTest::read, new Ticking());

    @BeforeEach
    void name(@TempDir Path folder) {
        file = folder.resolve("own.yaml");
        kept = LiveFile.kept(file, "nothing", LiveFileTest::read, new Ticking());
    }

    @Test
    void whatAFileSaidLastHoldsWhileItIsGoneAndThatIsAProblem() throws Exception {
        Files.writeString(file, "one");
        assertThat(kept.current()).isEqualTo("one");
        Files.delete(file);
        assertThat(kept.current()).isEqualTo("one");
        assertThat(kept.problem())
                .hasValueSatisfying(problem -> assertThat(problem.what()).isEqualTo("The file has vanished"));
        Files.writeString(file, "three");
        assertThat(kept.current()).isEqualTo("three");
        assertThat(kept.problem()).isEmpty();
    }

    @Test
    void aFileThatHasNeverBeenThereIsNoProblem() {
        assertThat(kept.current()).isEqualTo("nothing");
        assertThat(kept.problem()).isEmpty();
    }

    @Test
    void ofOneThatIsBrokenFromTheStartNothingHolds() throws Exception {
        Files.writeString(file, "broken");
        assertThat(kept.current()).isEqualTo("nothing");
        assertThat(kept.problem()).isPresent();
    }

    @Test
    void aFileThatMayBeRemovedIsAsItsDefaultThen() throws Exception {
        LiveFile<String> optional = new LiveFile<>(file, "nothing", LiveFileTest::read, new Ticking());
        Files.writeString(file, "one");
        assertThat(optional.current()).isEqualTo("one");
        Files.delete(file);
        assertThat(optional.current()).isEqualTo("one");
        now = now.plusSeconds(6);
        assertThat(optional.current()).isEqualTo("one");
        assertThat(optional.isGone()).isTrue();
        assertThat(optional.current()).isEqualTo("nothing");
        assertThat(optional.problem()).isEmpty();
    }

    @Test
    void aFileThatIsAwayOrEmptyWhileItIsSavedIsNotGone() throws Exception {
        LiveFile<String> optional = new LiveFile<>(file, "nothing", LiveFileTest::read, new Ticking());
        Files.writeString(file, "one");
        assertThat(optional.current()).isEqualTo("one");
        Files.delete(file);
        assertThat(optional.current()).isEqualTo("one");
        Files.writeString(file, "");
        assertThat(optional.current()).isEqualTo("one");
        Files.writeString(file, "three");
        assertThat(optional.current()).isEqualTo("three");
        now = now.plusSeconds(20);
        Files.delete(file);
        assertThat(optional.current()).isEqualTo("three");
    }

    @Test
    void whereThereIsNoFileFromTheStartItMayJustBeSaved() {
        LiveFile<String> optional = new LiveFile<>(file, "nothing", LiveFileTest::read, new Ticking());
        assertThat(optional.isGone()).isFalse();
        now = now.plusSeconds(8);
        assertThat(optional.isGone()).isTrue();
    }

    private static String read(Path path) throws FileMistake {
        try {
            String text = Files.readString(path);
            if (text.equals("broken")) {
                throw new FileMistake(new Problem(path, 1, "It is broken", "mend it"));
            }
            return text;
        } catch (IOException e) {
            throw new FileMistake(new Problem(path, 0, "It can't be read", ""));
        }
    }

    /** Each look comes two seconds after the one before. */
    private final class Ticking extends Clock {
        @Override
        public Instant instant() {
            now = now.plusSeconds(2);
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("Nobody here asks for another zone");
        }
    }
}
