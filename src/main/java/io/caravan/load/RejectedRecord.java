package io.caravan.load;

import io.caravan.batch.RawRecord;
import io.caravan.batch.RecordParser;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code caravan.rejected}.
 *
 * @param raw exactly as received; need be neither JSON nor UTF-8
 * @param fixed what somebody put in its place by hand, if anybody did
 * @param textual whether its values are texts of a CSV file
 */
@SuppressWarnings("ArrayRecordComponent") // compared by id only
public record RejectedRecord(
        long id,
        Instant at,
        String table,
        Reason reason,
        @Nullable String column,
        String message,
        UUID batch,
        String source,
        @Nullable String run,
        byte[] raw,
        byte @Nullable [] fixed,
        boolean textual,
        RejectStatus status) {

    /** The raw record for people: what is no UTF-8, and NUL, is shown as U+FFFD. */
    public String rawText() {
        return new String(raw, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
    }

    /** The text that a replay loads: the record as mended by hand, or as received. */
    public byte[] current() {
        return fixed == null ? raw : fixed;
    }

    /**
     * The record that a replay loads. One that could not be read stays defective for the reason that its reader told, until it is mended by hand: a line of a CSV file
     * is no JSON, and without its header nobody can read it again.
     *
     * @param number its place in what is replayed, from 1
     */
    RawRecord current(long number) {
        return fixed == null && reason == Reason.defect
                ? RawRecord.defective(raw, number, message)
                : RecordParser.STRICT.parse(current(), number);
    }
}
