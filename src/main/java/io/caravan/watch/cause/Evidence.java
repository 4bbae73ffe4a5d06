package io.caravan.watch.cause;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that the tables tell about a trouble: its provider's calls and rejects since it began, and what else goes on. Nothing older than a day before the trouble's {@code at}. A value.
 *
 * @param calls of the provider since the trouble began
 * @param credentials of the provider, each that a call of the last day used
 * @param others how the other providers and fleets are meanwhile
 * @param changes of Caravan in the last day, newest first
 */
public record Evidence(
        Trouble trouble,
        Calls calls,
        List<Credential> credentials,
        Polling polling,
        Rejects rejects,
        Optional<FieldDrift> drift,
        Others others,
        List<Change> changes) {
    public Evidence {
        credentials = List.copyOf(credentials);
        changes = List.copyOf(changes);
    }

    /** A trouble about which the tables tell nothing. */
    public static Evidence none(Trouble trouble) {
        return new Evidence(
                trouble, Calls.NONE, List.of(), Polling.NONE, Rejects.NONE, Optional.empty(), Others.NONE, List.of());
    }

    /** The credential that the trouble is about: its own, or the one in use. */
    public Optional<Credential> credential() {
        return trouble.credential().isPresent()
                ? credentials.stream()
                        .filter(each -> each.name().equals(trouble.credential().get()))
                        .findFirst()
                : credentials.stream().filter(Credential::inUse).findFirst();
    }

    /**
     * Ended calls by how they ended.
     *
     * @param accepted answered with a page
     * @param empty accepted, and the page had no record
     * @param throttled 429
     * @param refusedLogin 401 or 403
     * @param serverErrors 5xx
     * @param unanswered no whole answer: timeouts, broken connections
     * @param refused any other status
     * @param badPages answered with what is not a page
     * @param newestError what was said of the last call that failed
     */
    public record Calls(
            int total,
            int accepted,
            int empty,
            long records,
            int throttled,
            int refusedLogin,
            int serverErrors,
            int unanswered,
            int refused,
            int badPages,
            Optional<String> newestError) {
        public static final Calls NONE = new Calls(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Optional.empty());

        int outages() {
            return serverErrors + unanswered;
        }
    }

    /**
     * One way in which the provider knows us.
     *
     * @param inUse whether the streams use it at the moment
     * @param accepted calls of the last day that were accepted
     * @param refused calls with 401 or 403 since the last one that was accepted
     * @param firstRefused the first of these
     * @param lastRefused the last of these
     * @param status the last refusal's
     * @param renewals how many of these were answered by fetching a fresh access token first
     */
    public record Credential(
            String name,
            boolean inUse,
            int accepted,
            int refused,
            Optional<Instant> firstRefused,
            Optional<Instant> lastRefused,
            Optional<Instant> lastAccepted,
            int status,
            int renewals) {}

    /**
     * Whether we ask at all.
     *
     * @param streams of the provider that some node is to poll
     * @param halted those of them that wait for somebody
     * @param lastCall of the provider for data, at whatever time
     * @param usualGap the longest time between two such calls in the day before the last one; empty where there were too few to tell
     * @param heldUntil until when no call is to be made: a backoff, or the provider asked for it
     * @param paused by whom and why
     * @param limited why our own limiter lets a live stream wait: RATE_LIMIT or BUDGET
     * @param lag of the stream that is farthest behind, where records tell their time
     */
    public record Polling(
            int streams,
            int halted,
            Optional<Instant> lastCall,
            Optional<Duration> usualGap,
            Optional<Instant> heldUntil,
            Optional<String> paused,
            Optional<String> limited,
            Optional<Duration> lag) {
        public static final Polling NONE = new Polling(
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        /** The same in words. */
        Optional<String> holdsBack() {
            return limited.map(limit -> limit.equals("BUDGET") ? "our own budget" : "our own rate limit");
        }
    }

    /**
     * What came but could not be used.
     *
     * @param records rejected since the trouble began
     * @param recordsBefore rejected in the day before that
     * @param pages that were not what the stream declares, since the trouble began
     * @param message what was said of the last one
     * @param worst where the largest share of the last hour's records was rejected; where few came in it, of all since the trouble began
     */
    public record Rejects(
            int records, int recordsBefore, int pages, Optional<String> message, Optional<RejectingStep> worst) {
        public static final Rejects NONE = new Rejects(0, 0, 0, Optional.empty(), Optional.empty());
    }

    /**
     * A step of a route that rejects records.
     *
     * @param name the table of {@code load:}, or {@code watch:arrivals}
     * @param records all that came there
     * @param why where the step can tell: how many for which reason
     */
    public record RejectingStep(String name, long records, long rejected, Optional<String> why) {}

    /**
     * How a record that was rejected differs from those that were good.
     *
     * @param gone fields that a good record has and the rejected one lacks
     * @param fresh fields that only the rejected one has
     * @param sample the rejected one, cut
     */
    public record FieldDrift(Set<String> gone, Set<String> fresh, String sample) {
        public FieldDrift {
            gone = Set.copyOf(gone);
            fresh = Set.copyOf(fresh);
        }

        boolean isAny() {
            return !gone.isEmpty() || !fresh.isEmpty();
        }
    }

    /**
     * How the others are since the trouble began.
     *
     * @param providers other providers that were called in the last day
     * @param providersInTrouble those of them of whose calls none was accepted though some were made
     * @param fleets other fleets of the same provider that are watched
     * @param fleetsSilent those of them that are silent too
     */
    public record Others(int providers, int providersInTrouble, int fleets, int fleetsSilent) {
        public static final Others NONE = new Others(0, 0, 0, 0);

        int fleetsFlowing() {
            return fleets - fleetsSilent;
        }
    }

    /**
     * Caravan changed: another version, or a file that tells it what to do.
     *
     * @param what {@code version}, or a file's path below the project
     * @param from empty where it is new
     * @param to empty where it is gone
     */
    public record Change(Instant at, String node, String what, Optional<String> from, Optional<String> to) {
        String sentence() {
            if (what.equals("version")) {
                return "version " + from.orElse("?") + " became " + to.orElse("?");
            }
            return what + (from.isEmpty() ? " was added" : to.isEmpty() ? " was removed" : " was changed");
        }
    }
}
