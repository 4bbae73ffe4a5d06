package io.caravan.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Every call of the packets' API as the server saw it arrive, the newest 500,000. Thread safe. */
public final class CallLog {
    private static final int KEPT = 500_000;

    private final Deque<Call> calls = new ArrayDeque<>();
    private long arrived;

    /**
     * One call.
     *
     * @param at when the request arrived, by the simulator's clock
     * @param status the answer's status; 0 when the connection was cut before an answer
     * @param fault empty for an answer in good faith, else the name of the {@link Fault.Kind}
     */
    public record Call(long number, Instant at, String path, String query, int status, int records, String fault) {
        String json() {
            return "{\"number\":%d,\"at\":\"%s\",\"path\":\"%s\",\"query\":%s,\"status\":%d,\"records\":%d,\"fault\":\"%s\"}"
                    .formatted(number, at, path, LedgerEntry.quoted(query), status, records, fault);
        }
    }

    synchronized long next() {
        return ++arrived;
    }

    synchronized void add(Call call) {
        if (calls.size() == KEPT) {
            calls.removeFirst();
        }
        calls.addLast(call);
    }

    public synchronized List<Call> all() {
        return new ArrayList<>(calls);
    }

    public synchronized int size() {
        return calls.size();
    }

    /** How many calls were answered with this status. */
    public synchronized long answered(int status) {
        return calls.stream().filter(call -> call.status() == status).count();
    }

    /**
     * The most calls that arrived in any window of this length, the window's end excluded: the measure of a caller that must
     * keep a limit.
     */
    public synchronized int mostWithin(Duration window) {
        List<Instant> times = calls.stream().map(Call::at).sorted().toList();
        int most = 0;
        int first = 0;
        for (int last = 0; last < times.size(); last++) {
            while (!times.get(first).plus(window).isAfter(times.get(last))) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    /** The most calls in any 60 seconds. */
    public int mostPerMinute() {
        return mostWithin(Duration.ofSeconds(60));
    }
}
