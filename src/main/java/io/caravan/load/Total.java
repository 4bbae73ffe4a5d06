package io.caravan.load;

import io.caravan.batch.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The sum of the reports of one load's chunks. For one thread. */
final class Total {
    private final String table;
    private final String source;
    private final @Nullable String run;
    private @Nullable UUID batch;
    private long staged;
    private long validated;
    private long duplicate;
    private long rejected;
    private Duration took = Duration.ZERO;

    Total(String table, String source, @Nullable String run) {
        this.table = table;
        this.source = source;
        this.run = run;
    }

    void add(LoadReport report) {
        batch = batch == null ? report.batch() : batch;
        staged += report.staged();
        validated += report.validated();
        duplicate += report.duplicate();
        rejected += report.rejected();
        took = took.plus(report.took());
    }

    boolean isEmpty() {
        return staged == 0;
    }

    /** The sum, under the id of the first chunk; an empty load has an id of its own. */
    LoadReport report(Instant now) {
        UUID id = batch == null ? Batch.of(source, now, List.of()).id() : batch;
        return new LoadReport(table, id, source, run, staged, validated, duplicate, rejected, took);
    }
}
