package io.caravan.poll;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.caravan.batch.BadPageException;
import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordTime;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A listing that begins with the newest record. Each poll walks from its head back to the mark that the last walk reached. The mark moves only when a walk
 * is complete: one that is cut off (crash, error, the limit) goes on where it stopped, so that the older half of it isn't skipped.
 *
 * @param inner how the listing is dealt out in pages
 * @param mark where a record has the time or number by which the listing is sorted
 * @param since how far back the very first walk goes; empty: to the end of the listing
 */
record NewestFirst(Pagination inner, JsonPointer mark, Optional<Instant> since) implements Pagination {
    private static final String MARK = "mark";
    private static final String NEWEST = "newest";
    private static final String WALK = "walk";

    @Override
    public Ask ask(Cursor cursor, Instant now) {
        return inner.ask(cursor.within(WALK), now);
    }

    @Override
    public Advance after(Cursor cursor, Ask asked, ProviderPage page) throws BadPageException {
        Advance step = inner.after(cursor.within(WALK), asked, page);
        Optional<String> newest =
                Stream.concat(cursor.text(NEWEST).stream(), marks(page)).max(NewestFirst::compare);
        if (step.last() || reached(cursor, page)) {
            Cursor done = cursor.without(WALK).without(NEWEST);
            Optional<String> reached =
                    Stream.concat(cursor.text(MARK).stream(), newest.stream()).max(NewestFirst::compare);
            return new Advance(reached.map(value -> done.with(MARK, value)).orElse(done), false, true);
        }
        Cursor walking = cursor.with(WALK, step.next());
        return new Advance(newest.map(value -> walking.with(NEWEST, value)).orElse(walking), true, false);
    }

    @Override
    public Optional<Cursor> skip(Cursor cursor, Ask asked) {
        return inner.skip(cursor.within(WALK), asked).map(step -> cursor.with(WALK, step));
    }

    /** Only a record older than the mark proves that all of the mark's own instant has been seen. */
    private boolean reached(Cursor cursor, ProviderPage page) {
        Optional<String> until = cursor.text(MARK).or(() -> since.map(Instant::toString));
        return until.isPresent() && marks(page).anyMatch(value -> compare(value, until.get()) < 0);
    }

    private Stream<String> marks(ProviderPage page) {
        return page.records().stream()
                .filter(RawRecord::isGood)
                .map(record -> record.value().at(mark))
                .filter(value -> value.isTextual() || value.isNumber())
                .map(JsonNode::asText);
    }

    /** As times where both are, else as numbers, else as texts. */
    static int compare(String one, String other) {
        Optional<BigDecimal> number = number(one);
        Optional<BigDecimal> otherNumber = number(other);
        if (number.isPresent() && otherNumber.isPresent()) {
            return number.get().compareTo(otherNumber.get());
        }
        Optional<Instant> time = RecordTime.of(one);
        Optional<Instant> otherTime = RecordTime.of(other);
        return time.isPresent() && otherTime.isPresent() ? time.get().compareTo(otherTime.get()) : one.compareTo(other);
    }

    private static Optional<BigDecimal> number(String text) {
        return text.matches("-?\\d{1,40}(\\.\\d{1,40})?") ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }
}
