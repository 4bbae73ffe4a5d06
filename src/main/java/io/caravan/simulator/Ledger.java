package io.caravan.simulator;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that the simulator ever served: the proof that a pipeline lost nothing and doubled nothing. A record counts as
 * served when the page that holds it was sound and went out to its last byte. Because the stream can be read again, the
 * ledger keeps the pages' ordinals only; its lists are made when asked for. Thread safe.
 */
public final class Ledger {
    private final RecordSource source;
    private final Clock clock;
    private final List<Served> pages = new ArrayList<>();

    Ledger(RecordSource source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    private record Served(long from, long to, Instant at) {}

    synchronized void served(Page page, Instant at) {
        pages.add(new Served(page.from(), page.to(), at));
    }

    /** Records that went out, each repeat and each page sent again counted. */
    public synchronized long recordsSent() {
        return pages.stream().mapToLong(page -> page.to() - page.from()).sum();
    }

    /** Each distinct record that went out, sound and defective ones, in the order of the stream. */
    public Collection<LedgerEntry> served() {
        Map<Long, LedgerEntry> entries = new LinkedHashMap<>();
        for (Served page : pagesInOrder()) {
            for (ServedRecord record : source.read(page.from(), page.to())) {
                entries.compute(
                        record.identity(),
                        (identity, entry) -> (entry == null ? entry(record) : entry).servedAt(page.at()));
            }
        }
        return entries.values();
    }

    /** Each distinct record that the provider has to give by now, asked for or not: what a caller without gaps must hold. */
    public Collection<LedgerEntry> published() {
        Map<Long, LedgerEntry> entries = new LinkedHashMap<>();
        long available = source.available(clock.instant());
        for (long from = 0; from < available; from += 10_000) {
            for (ServedRecord record : source.read(from, Math.min(available, from + 10_000))) {
                entries.computeIfAbsent(record.identity(), identity -> entry(record));
            }
        }
        return entries.values();
    }

    private LedgerEntry entry(ServedRecord record) {
        String text = source.original(record.identity());
        return new LedgerEntry(text, record.defect(), 0, Instant.MAX, Instant.MIN);
    }

    private synchronized List<Served> pagesInOrder() {
        List<Served> inOrder = new ArrayList<>(pages);
        inOrder.sort(java.util.Comparator.comparingLong(Served::from));
        return inOrder;
    }
}
