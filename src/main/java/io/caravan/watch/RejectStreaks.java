package io.caravan.watch;

import io.caravan.database.Database;
import io.caravan.watch.RejectRepository.Rejecting;
import io.caravan.watch.episode.CloseReason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds providers most of whose records are rejected though their calls are accepted: it begins when much more than usual of the last quarter of an hour was, or where few come, when none has passed
 * for hours; and it ends only when records have passed for a while, so that it doesn't flap. Joins the transaction of its caller; for one thread, and one node at a time.
 */
final class RejectStreaks {
    /** What is usual is that of so long before. */
    private static final Duration USUAL = Duration.ofHours(24);

    /** It is asked for again after so long. */
    private static final Duration USUAL_KEPT = Duration.ofHours(1);

    /** Where nothing has come for so long nobody waits for what passes. */
    private static final Duration GONE = Duration.ofHours(24);

    /** Who sends little is looked at so often. */
    private static final Duration SLOWLY = Duration.ofMinutes(1);

    /** So many in a row must be no chance where many are rejected every day. */
    private static final double CHANCE = 0.01;

    /** It ends when less than so much of the share that begins it is rejected. */
    private static final double ENDS = 0.5;

    private final RejectRepository repository;
    private final Limits limits;
    private final Duration calm;
    private final Map<String, Usual> usual = new HashMap<>();
    private Instant lookedSlowly = Instant.MIN;

    /** @param calm how long records must have passed before it is over */
    RejectStreaks(Database database, Limits limits, Duration calm) {
        this.repository = new RejectRepository(database);
        this.limits = limits;
        this.calm = calm;
    }

    /**
     * When rejected records are a trouble.
     *
     * @param records from so many on
     * @param share if they are at least so much of what usually passes
     * @param within of what came in so long
     * @param inARow or from so many on, if none has passed since the first of them
     * @param over which came so long ago, at least
     */
    record Limits(int records, double share, Duration within, int inARow, Duration over) {
        static final Limits DEFAULT = new Limits(20, 0.5, Duration.ofMinutes(15), 5, Duration.ofHours(2));

        Limits {
            if (records < 1 || !(share > 0 && share <= 1) || within.toMillis() < 1) {
                throw new IllegalArgumentException(
                        "A trouble from " + records + " rejected records, a share of "
                                + share + " and within " + within
                                + " can't be found; give 1 record or more, a share above 0 and up to 1, and a time above zero.");
            }
            if (inARow < 1 || over.toMillis() < 1 || over.compareTo(USUAL) > 0) {
                throw new IllegalArgumentException(
                        "A trouble of " + inARow + " records that are rejected in a row over " + over
                                + " can't be found; give 1 record or more, and a time above zero and up to a day.");
            }
        }
    }

    private record Usual(Instant at, double share) {}

    /**
     * How it stands.
     *
     * @param goingOn one of each provider
     * @param ended why it is over at providers where it was until now
     */
    record Followed(List<ErrorStreak> goingOn, Map<String, CloseReason> ended) {}

    Followed follow(Instant now) {
        Map<String, CloseReason> ended = new LinkedHashMap<>();
        Map<String, ErrorStreak> goingOn = new LinkedHashMap<>();
        List<Rejecting> told = new ArrayList<>();
        for (Rejecting rejecting : repository.told()) {
            if (isOver(rejecting, now)) {
                repository.end(rejecting);
                ended.put(rejecting.provider(), CloseReason.RECOVERED);
            } else if (isGone(rejecting, now)) {
                repository.end(rejecting);
                ended.putIfAbsent(rejecting.provider(), CloseReason.RETIRED);
            } else {
                told.add(rejecting);
            }
        }
        told.addAll(begun(told, now));
        told.forEach(
                each -> goingOn.putIfAbsent(each.provider(), ErrorStreak.ofRejects(each.provider(), each.since())));
        goingOn.keySet().forEach(ended::remove);
        return new Followed(List.copyOf(goingOn.values()), ended);
    }

    private List<Rejecting> begun(List<Rejecting> told, Instant now) {
        List<Intake> suspects = new ArrayList<>();
        repository.rejecting(now.minus(limits.within()), now).stream()
                .filter(intake -> intake.rejected() >= limits.records() && intake.share() >= limits.share())
                .forEach(suspects::add);
        suspects.addAll(inARow(now));
        List<Rejecting> known = new ArrayList<>(told);
        List<Rejecting> begun = new ArrayList<>();
        for (Intake intake : suspects) {
            boolean isKnown = known.stream()
                    .anyMatch(each -> each.provider().equals(intake.provider())
                            && each.step().equals(intake.step()));
            if (!isKnown) {
                Instant since = intake.since().orElse(now);
                Rejecting rejecting = new Rejecting(intake.provider(), intake.step(), since, usual(intake, since, now));
                if (intake.excess(rejecting.usual()) >= limits.share() && !isOver(rejecting, now)) {
                    repository.begin(rejecting);
                    begun.add(rejecting);
                    known.add(rejecting);
                }
            }
        }
        return begun;
    }

    /** Where none has passed for so long that few are enough. */
    private List<Intake> inARow(Instant now) {
        boolean isEarly = lookedSlowly.isAfter(now.minus(SLOWLY)) && !lookedSlowly.isAfter(now);
        if (isEarly) {
            return List.of();
        }
        lookedSlowly = now;
        return repository.rejectingInARow(now.minus(USUAL), limits.inARow(), now.minus(limits.over()), now).stream()
                .filter(intake -> !hasPassedUncounted(intake))
                .filter(intake ->
                        Math.pow(usual(intake, intake.since().orElse(now), now), (double) intake.rejected()) <= CHANCE)
                .toList();
    }

    /** A process that has met no bad record doesn't count the good ones. */
    private boolean hasPassedUncounted(Intake intake) {
        return intake.step().equals(Intake.ARRIVALS)
                && intake.since()
                        .filter(since -> repository.haveFleetsSent(intake.provider(), since))
                        .isPresent();
    }

    private double usual(Intake intake, Instant since, Instant now) {
        String key = intake.provider() + " " + intake.step();
        Usual known = usual.get(key);
        if (known == null || now.isBefore(known.at()) || now.isAfter(known.at().plus(USUAL_KEPT))) {
            Intake before =
                    repository.between(intake.provider(), intake.step(), since.minus(USUAL), since.minusMillis(1));
            known = new Usual(now, before.share());
            usual.put(key, known);
        }
        return known.share();
    }

    private boolean isOver(Rejecting rejecting, Instant now) {
        Intake latest = repository.between(rejecting.provider(), rejecting.step(), now.minus(calm), now);
        if (latest.records() == 0 && rejecting.step().equals(Intake.ARRIVALS)) {
            // a process that has met no bad record doesn't count the good ones
            return repository.haveFleetsSent(rejecting.provider(), now.minus(calm));
        }
        if (latest.records() < limits.inARow()) {
            // one that passes now and then proves nothing
            latest = repository.newest(rejecting.provider(), rejecting.step(), limits.inARow(), now.minus(GONE), now);
        }
        return latest.passed() > 0 && latest.excess(rejecting.usual()) < ENDS * limits.share();
    }

    private boolean isGone(Rejecting rejecting, Instant now) {
        return !repository.came(rejecting.provider(), rejecting.step(), now.minus(GONE));
    }
}
