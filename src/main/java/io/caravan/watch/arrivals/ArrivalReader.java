package io.caravan.watch.arrivals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.batch.Batch;
import io.caravan.batch.RawRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads fleet, vehicle and time of a batch's records. Safe for all threads. */
public final class ArrivalReader {
    private static final Logger LOG = LoggerFactory.getLogger(ArrivalReader.class);

    private final ArrivalOptions options;
    private final Duration kept;

    /** @param kept so long hours are kept: what is older needs no counting */
    public ArrivalReader(ArrivalOptions options, Duration kept) {
        this.options = options;
        this.kept = kept;
    }

    public ArrivalOptions options() {
        return options;
    }

    /**
     * What a batch says of its fleets.
     *
     * @param again whether the batch fetches again what is past
     */
    public BatchArrivals read(Batch batch, boolean again) {
        boolean live = options.live().orElse(!again);
        Instant at = batch.receivedAt();
        Duration past = live ? options.maxAge() : kept;
        BatchArrivals arrivals =
                new BatchArrivals(provider(batch), batch.size(), at, live, at.plus(options.maxAhead()), at.minus(past));
        for (RawRecord record : batch.records()) {
            if (record.isGood()) {
                read(record, arrivals);
            } else {
                arrivals.countWithoutFleet();
            }
        }
        refuseMissing(batch, arrivals);
        return arrivals;
    }

    private void read(RawRecord record, BatchArrivals arrivals) {
        ObjectNode value = record.value();
        String fleet = options.fleet().text(value);
        if (fleet == null || arrivals.provider().length() + fleet.length() >= FleetName.LONGEST) {
            missFleet(record, arrivals);
        } else if (options.time().isEmpty()) {
            arrivals.countNow(fleet, text(options.vehicle(), value));
            place(fleet, value, arrivals);
        } else {
            JsonNode time = options.time().get().in(value);
            Optional<Instant> at =
                    time == null ? Optional.empty() : options.times().read(time);
            if (at.isPresent()) {
                arrivals.count(fleet, text(options.vehicle(), value), at.get().toEpochMilli());
                place(fleet, value, arrivals);
            } else {
                missTime(record, fleet, time, arrivals);
            }
        }
    }

    private void place(String fleet, ObjectNode value, BatchArrivals arrivals) {
        if (options.tenant().isPresent() || options.region().isPresent()) {
            arrivals.place(fleet, text(options.tenant(), value), text(options.region(), value));
        }
    }

    private void missFleet(RawRecord record, BatchArrivals arrivals) {
        arrivals.countWithoutFleet();
        LOG.debug("record {} has no fleet at {}", record.number(), options.fleet());
    }

    private void missTime(RawRecord record, String fleet, @Nullable JsonNode time, BatchArrivals arrivals) {
        arrivals.countWithoutTime();
        LOG.debug(
                "record {} of fleet {} has no time at {}: {}",
                record.number(),
                fleet,
                options.time().get(),
                time);
    }

    private static @Nullable String text(Optional<RecordField> field, ObjectNode record) {
        return field.isPresent() ? field.get().text(record) : null;
    }

    private void refuseMissing(Batch batch, BatchArrivals arrivals) {
        long missing = arrivals.withoutFleet() + arrivals.withoutTime();
        if (missing > 0 && options.refusing()) {
            throw new ArrivalsRefusedException(
                    ("%d records of %s have no fleet at %s and %d no time at %s, so none was counted. Mend the"
                                    + " options of watch:arrivals, or say missing=count.")
                            .formatted(
                                    arrivals.withoutFleet(),
                                    batch,
                                    options.fleet(),
                                    arrivals.withoutTime(),
                                    options.time().map(RecordField::toString).orElse("all")));
        }
    }

    /** {@code poll:acme/packets} is of provider acme; any other source is a provider by its scheme. */
    private String provider(Batch batch) {
        return options.provider().orElseGet(() -> provider(batch.source()));
    }

    static String provider(String source) {
        int colon = source.indexOf(':');
        String scheme = colon < 0 ? source : source.substring(0, colon);
        if (!scheme.equals("poll")) {
            return scheme.replace('/', '-');
        }
        String rest = source.substring(colon + 1).replaceFirst("^/+", "");
        return rest.split("[/?]", 2)[0];
    }
}
