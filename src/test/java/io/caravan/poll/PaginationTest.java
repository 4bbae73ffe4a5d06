package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import io.caravan.batch.BadPageException;
import io.caravan.batch.JsonPage;
import io.caravan.batch.RecordParser;
import io.caravan.poll.Pagination.Advance;
import io.caravan.poll.Pagination.Ask;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PaginationTest {
    private static final Instant NOW = Instant.parse("2026-03-02T10:00:00Z");
    private static final URI ORIGIN = URI.create("https://api.acme.example/v2/packets");

    private static ProviderPage page(String body, int pageSize, Map<String, List<String>> headers)
            throws BadPageException {
        JsonPage read =
                JsonPage.read(body.getBytes(StandardCharsets.UTF_8), JsonPointer.compile("/data"), RecordParser.STRICT);
        return new ProviderPage(
                ORIGIN, new ProviderResponse(200, headers, new byte[0]), read.envelope(), read.records(), pageSize);
    }

    private static Advance after(Pagination pagination, Cursor cursor, String body, int pageSize)
            throws BadPageException {
        return pagination.after(cursor, pagination.ask(cursor, NOW), page(body, pageSize, Map.of()));
    }

    private static final Pagination CURSOR =
            new CursorPagination(JsonPointer.compile("/next"), "cursor", Optional.empty());

    @Test
    void aFullPageIsFollowedAtOnceAndAShortOneLater() throws Exception {
        Advance full = after(CURSOR, Cursor.START, FakeProvider.page(0, 2, "\"next\":\"b\""), 2);
        assertThat(full.more()).isTrue();
        assertThat(CURSOR.ask(full.next(), NOW).parameters()).containsEntry("cursor", "b");
        assertThat(after(CURSOR, full.next(), FakeProvider.page(2, 1, "\"next\":\"c\""), 2)
                        .more())
                .isFalse();
    }

    @Test
    void aPageWithoutNextCursorIsAskedAgain() throws Exception {
        Cursor here = Cursor.START.with("cursor", "b");
        Advance last = after(CURSOR, here, FakeProvider.page(0, 2, "\"next\":null"), 2);
        assertThat(last).isEqualTo(new Advance(here, false, true));
    }

    @Test
    void anOffsetMovesByTheRecordsReceivedAndAPageNumberOnlyBehindAFullPage() throws Exception {
        Pagination offset = new NumberPagination("offset", 0, true, 3, Optional.empty());
        Advance part = after(offset, Cursor.START, FakeProvider.page(0, 2, ""), 3);
        assertThat(offset.ask(part.next(), NOW).parameters()).containsEntry("offset", "2");

        Pagination number = new NumberPagination("page", 1, false, 3, Optional.empty());
        assertThat(number.ask(
                                after(number, Cursor.START, FakeProvider.page(0, 2, ""), 3)
                                        .next(),
                                NOW)
                        .parameters())
                .containsEntry("page", "1");
        assertThat(number.ask(
                                after(number, Cursor.START, FakeProvider.page(0, 3, ""), 3)
                                        .next(),
                                NOW)
                        .parameters())
                .containsEntry("page", "2");
    }

    @Test
    void theLinkHeaderIsReadWithItsRelationAmongOthers() {
        assertThat(AddressPagination.next(
                        "<https://a/?p=1>; rel=\"prev\", <https://a/?p=3>; title=\"x, y\"; rel=\"last next\""))
                .contains("https://a/?p=3");
        assertThat(AddressPagination.next("</p?q=1,2>; rel=next")).contains("/p?q=1,2");
        assertThat(AddressPagination.next("<https://a/?p=1>; rel=\"nextish\"")).isEmpty();
        assertThat(AddressPagination.next("<https://a/?p=1>; rel=\"prev\"")).isEmpty();
    }

    @Test
    void theNextAddressIsFollowedOnTheProvidersOwnOriginOnlyAndKeptWithoutTheKey() throws Exception {
        Pagination next = new AddressPagination(
                Optional.of(JsonPointer.compile("/next")), Optional.empty(), ORIGIN, Optional.of("key"));
        Advance own =
                after(next, Cursor.START, FakeProvider.page(0, 1, "\"next\":\"/v2/packets?after=7&key=s3cr3t\""), 1);
        assertThat(next.ask(own.next(), NOW).address())
                .contains(URI.create("https://api.acme.example/v2/packets?after=7"));
        assertThatThrownBy(() ->
                        after(next, Cursor.START, FakeProvider.page(0, 1, "\"next\":\"https://evil.example/v2\""), 1))
                .isInstanceOf(BadPageException.class)
                .hasMessageContaining("evil.example");
        assertThatThrownBy(() -> after(
                        next, Cursor.START, FakeProvider.page(0, 1, "\"next\":\"http://api.acme.example/v2\""), 1))
                .isInstanceOf(BadPageException.class);
    }

    private static TimeWindows windows(Pagination inner, Optional<Instant> end) {
        return new TimeWindows(
                inner,
                "from",
                "to",
                TimeFormat.ISO,
                Duration.ofHours(1),
                Duration.ofMinutes(1),
                Duration.ZERO,
                NOW.minus(Duration.ofMinutes(90)),
                end);
    }

    @Test
    void timeWindowsMeetWithoutGapUpToWhatHasSettled() throws Exception {
        TimeWindows windows = windows(new SinglePage(), Optional.empty());
        Ask first = windows.ask(Cursor.START, NOW);
        assertThat(first.parameters())
                .containsEntry("from", "2026-03-02T08:30:00Z")
                .containsEntry("to", "2026-03-02T09:30:00Z");
        Advance behind = after(windows, Cursor.START, FakeProvider.page(0, 1, ""), 10);
        assertThat(behind.more()).isTrue();
        Ask second = windows.ask(behind.next(), NOW);
        assertThat(second.parameters())
                .containsEntry("from", "2026-03-02T09:30:00Z")
                .containsEntry("to", "2026-03-02T09:59:00Z");
        assertThat(after(windows, behind.next(), FakeProvider.page(0, 1, ""), 10)
                        .more())
                .isFalse();
    }

    @Test
    void aFullPageOfAWindowWithoutPagesIsDroppedAndHalfTheWindowAskedFor() throws Exception {
        TimeWindows windows = windows(new SinglePage(), Optional.empty());
        Advance full = after(windows, Cursor.START, FakeProvider.page(0, 10, ""), 10);
        assertThat(full.complete()).isFalse();
        assertThat(windows.ask(full.next(), NOW).parameters())
                .containsEntry("from", "2026-03-02T08:30:00Z")
                .containsEntry("to", "2026-03-02T09:00:00Z");
    }

    @Test
    void theEndOfAWindowStaysWhileItsPagesAreWalked() throws Exception {
        TimeWindows windows = windows(new NumberPagination("page", 1, false, 2, Optional.empty()), Optional.empty());
        Advance first = after(windows, Cursor.START, FakeProvider.page(0, 2, ""), 2);
        Ask second = windows.ask(first.next(), NOW.plus(Duration.ofHours(5)));
        assertThat(second.parameters()).containsEntry("page", "2").containsEntry("to", "2026-03-02T09:30:00Z");
    }

    @Test
    void aBackfillEndsWithItsWindow() throws Exception {
        TimeWindows windows = windows(new SinglePage(), Optional.of(NOW.minus(Duration.ofMinutes(60))));
        Advance only = after(windows, Cursor.START, FakeProvider.page(0, 1, ""), 10);
        assertThat(only.more()).isFalse();
        assertThat(windows.isFinished(only.next())).isTrue();
    }

    private static String newest(String next, int... times) {
        StringBuilder data = new StringBuilder();
        for (int time : times) {
            data.append(data.length() == 0 ? "" : ",")
                    .append("{\"t\":")
                    .append(time)
                    .append('}');
        }
        return "{\"data\":[" + data + "],\"next\":" + next + "}";
    }

    @Test
    void theMarkOfANewestFirstListingMovesOnlyWhenTheWalkIsComplete() throws Exception {
        Pagination walk = new NewestFirst(CURSOR, JsonPointer.compile("/t"), Optional.empty());
        Cursor marked = Cursor.START.with("mark", "5");
        Advance head = after(walk, marked, newest("\"p2\"", 9, 8), 2);
        assertThat(head.more()).isTrue();
        assertThat(head.next().text("mark")).contains("5");
        assertThat(walk.ask(head.next(), NOW).parameters()).containsEntry("cursor", "p2");
        Advance middle = after(walk, head.next(), newest("\"p3\"", 7, 6), 2);
        assertThat(middle.more()).isTrue();
        Advance reached = after(walk, middle.next(), newest("\"p4\"", 5, 4), 2);
        assertThat(reached.more()).isFalse();
        assertThat(reached.next().text("mark")).contains("9");
        assertThat(walk.ask(reached.next(), NOW).parameters()).isEmpty();
    }

    @Test
    void recordsOfTheMarksOwnInstantAreAllFetched() throws Exception {
        Pagination walk = new NewestFirst(CURSOR, JsonPointer.compile("/t"), Optional.empty());
        assertThat(after(walk, Cursor.START.with("mark", "5"), newest("\"p2\"", 6, 5), 2)
                        .more())
                .isTrue();
    }

    @Test
    void aPageCanBeSkippedWhereItsFollowerIsKnownWithoutIt() {
        Pagination number = new NumberPagination("page", 1, false, 3, Optional.empty());
        assertThat(number.skip(Cursor.START, number.ask(Cursor.START, NOW)))
                .hasValueSatisfying(next -> assertThat(next.number("number")).contains(2L));
        assertThat(CURSOR.skip(Cursor.START, CURSOR.ask(Cursor.START, NOW))).isEmpty();
        TimeWindows windows = windows(new SinglePage(), Optional.empty());
        Cursor behind =
                windows.skip(Cursor.START, windows.ask(Cursor.START, NOW)).orElseThrow();
        assertThat(windows.ask(behind, NOW).from()).contains(Instant.parse("2026-03-02T09:30:00Z"));
    }
}
