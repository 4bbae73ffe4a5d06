package io.caravan.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(PostgresExtension.class)
class FileLoaderTest {
    private static final String ROWS =
            IntStream.range(0, 10_000).mapToObj(i -> i + ",car\n").collect(Collectors.joining("", "id,name\n", ""));

    private final Database database;
    private final LoadFixture fixture;

    FileLoaderTest(Database database) {
        this.database = database;
        this.fixture = new LoadFixture(database);
    }

    @BeforeEach
    void aTableWithoutAKey() {
        fixture.sql("""
                DROP SCHEMA IF EXISTS f CASCADE;
                CREATE SCHEMA f;
                CREATE TABLE f.t (id int NOT NULL, name text);
                TRUNCATE caravan.load_file""");
    }

    private FileLoader loader(LoadOptions options) {
        LoadEvents events = new LoadEvents() {};
        Loader loader = new Loader(database, Clock.systemUTC(), events, options);
        return new FileLoader(
                database,
                Clock.systemUTC(),
                events,
                loader,
                new StagedRuns(database, Clock.systemUTC(), events, loader));
    }

    private static LoadFile file(LoadFile.Content content) {
        return new LoadFile("file:a.csv", "v1", ROWS.length(), LoadFormat.csv, content);
    }

    private static InputStream whole() {
        return new ByteArrayInputStream(ROWS.getBytes(StandardCharsets.UTF_8));
    }

    /** The first half of the file, then an error, as when a disk or a network fails. */
    private static InputStream broken() {
        byte[] half = ROWS.substring(0, ROWS.length() / 2).getBytes(StandardCharsets.UTF_8);
        return new SequenceInputStream(new ByteArrayInputStream(half), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is gone");
            }

            @Override
            public int read(byte[] into, int from, int length) throws IOException {
                return read();
            }
        });
    }

    @Test
    void aLoadThatBrokeOffGoesOnWithoutGapOrRepeatAlsoWithOtherChunks() {
        assertThatThrownBy(
                        () -> loader(LoadOptions.of("f.t").withChunkSize(700)).load(file(FileLoaderTest::broken), null))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(fixture.column("SELECT count(*) BETWEEN 1 AND 9999 FROM f.t"))
                .containsExactly("t");

        LoadReport rest = loader(LoadOptions.of("f.t").withChunkSize(900)).load(file(FileLoaderTest::whole), null);

        assertThat(rest.staged()).isBetween(1L, 9_999L);
        assertThat(fixture.column("SELECT count(*) || ' ' || count(DISTINCT id) FROM f.t"))
                .containsExactly("10000 10000");
    }

    @Test
    void inATransactionThatIsOpenAlreadyTheFileIsInWholeOrNotAtAll() {
        assertThatThrownBy(() -> database.inTransaction(connection ->
                        loader(LoadOptions.of("f.t").withChunkSize(700)).load(file(FileLoaderTest::broken), null)))
                .isInstanceOf(UncheckedIOException.class);

        assertThat(fixture.column("SELECT count(*) FROM f.t")).containsExactly("0");
        assertThat(fixture.column("SELECT count(*) FROM caravan.load_file")).containsExactly("0");
    }

    @Test
    void aFileReplacesTheTableAsAWhole() {
        LoadOptions replace = LoadOptions.of("f.t").withMode(LoadMode.replace).withChunkSize(3_000);
        loader(replace).load(file(FileLoaderTest::whole), null);
        LoadFile other = new LoadFile("file:a.csv", "v2", 0, LoadFormat.csv, FileLoaderTest::whole);

        assertThat(loader(replace).load(other, null).validated()).isEqualTo(10_000);
        assertThat(fixture.column("SELECT count(*) FROM f.t")).containsExactly("10000");
    }

    @Test
    void aFileIsLoadedOnceForEachMapping() {
        loader(LoadOptions.of("f.t").withMap("name:name")).load(file(FileLoaderTest::whole), null);
        LoadOptions other = LoadOptions.of("f.t").withMap("name:id,id:id");

        assertThat(loader(other).load(file(FileLoaderTest::whole), null).staged())
                .isEqualTo(10_000);
        assertThat(loader(other.withMap("id:id , name:id").withChunkSize(900))
                        .load(file(FileLoaderTest::whole), null)
                        .staged())
                .isZero();
    }

    @Test
    void aFileThatWasLoadedBeforeOptionsWereKeptIsNotLoadedAgain() {
        loader(LoadOptions.of("f.t")).load(file(FileLoaderTest::whole), null);
        fixture.sql("UPDATE caravan.load_file SET options = NULL");

        assertThat(loader(LoadOptions.of("f.t").withMode(LoadMode.append))
                        .load(file(FileLoaderTest::whole), null)
                        .staged())
                .isZero();
    }

    @Test
    void aLoadThatBrokeOffBeforeOptionsWereKeptGoesOnWhereItWas() {
        assertThatThrownBy(
                        () -> loader(LoadOptions.of("f.t").withChunkSize(700)).load(file(FileLoaderTest::broken), null))
                .isInstanceOf(UncheckedIOException.class);
        fixture.sql("UPDATE caravan.load_file SET options = NULL");

        loader(LoadOptions.of("f.t")).load(file(FileLoaderTest::whole), null);

        assertThat(fixture.column("SELECT count(*) || ' ' || count(DISTINCT id) FROM f.t"))
                .containsExactly("10000 10000");
    }

    @Test
    void aHeaderThatNamesAColumnTwiceIsToldWithTheFile() {
        LoadFile twice = new LoadFile(
                "file:b.csv",
                "v1",
                0,
                LoadFormat.csv,
                () -> new ByteArrayInputStream("id,id\n1,2\n".getBytes(StandardCharsets.UTF_8)));

        assertThatThrownBy(() -> loader(LoadOptions.of("f.t")).load(twice, null))
                .isInstanceOf(LoadException.class)
                .hasMessageStartingWith("file:b.csv was not loaded: ");
    }
}
