package io.caravan.load;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What became of a batch: every record is counted once, so staged = validated + duplicate + rejected, always.
 *
 * @param run of a workflow, where the load is part of one
 * @param validated records that are rows now
 * @param duplicate records that were there already; logged in {@code caravan.duplicate}
 * @param rejected records that the table can't take; kept with their reason in {@code caravan.rejected}
 */
public record LoadReport(
        String table,
        UUID batch,
        String source,
        @Nullable String run,
        long staged,
        long validated,
        long duplicate,
        long rejected,
        Duration took) {

    public LoadReport {
        if (staged != validated + duplicate + rejected) {
            throw new LoadException(
                    ("Batch %s for %s does not add up: %d staged, but %d validated + %d duplicate + %d rejected. Nothing of it was"
                                    + " committed. Look for a trigger or rule of the table that inserts, changes or drops rows")
                            .formatted(batch, table, staged, validated, duplicate, rejected));
        }
    }

    /** One line for a log. */
    public String summary() {
        return "table=%s batch=%s source=%s staged=%d validated=%d duplicate=%d rejected=%d ms=%d"
                .formatted(table, batch, source, staged, validated, duplicate, rejected, took.toMillis());
    }
}
