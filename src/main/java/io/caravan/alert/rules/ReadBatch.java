package io.caravan.alert.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A batch's records as rules judge them: in the order of their time.
 *
 * @param unread how many have no asset or no credible time
 * @param past how many are too old
 */
record ReadBatch(List<TimedRecord> records, long unread, long past) {
    static ReadBatch of(Batch batch, RecordReading reading) {
        List<TimedRecord> records = new ArrayList<>(batch.size());
        long unread = 0;
        long past = 0;
        for (RawRecord raw : batch.records()) {
            Optional<TimedRecord> record =
                    raw.isGood() ? read(raw.value(), reading, batch.receivedAt()) : Optional.empty();
            if (record.isEmpty()) {
                unread++;
            } else if (reading.isPast(record.get().at(), batch.receivedAt())) {
                past++;
            } else {
                records.add(record.get());
            }
        }
        records.sort(Comparator.comparing(TimedRecord::at));
        return new ReadBatch(records, unread, past);
    }

    private static Optional<TimedRecord> read(ObjectNode record, RecordReading reading, Instant arrivedAt) {
        return reading.asset(record)
                .flatMap(asset -> reading.time(record, arrivedAt).map(at -> new TimedRecord(asset, at, record)));
    }

    Set<String> assets() {
        return records.stream().map(TimedRecord::asset).collect(Collectors.toSet());
    }
}
