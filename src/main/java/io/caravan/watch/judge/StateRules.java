package io.caravan.watch.judge;

import io.caravan.watch.series.SeriesState;

/**
 * Which state a series is in, given the one it was in and what a look has found. What begins at one score ends only at a much lower one, so that no state flaps: a silence ends with a packet, not
 * with a score that falls a little while nothing arrives.
 *
 * @param late score from which a silence is shown
 * @param lateEnds below it a silence without a packet is no longer shown
 * @param share score from which a lack of vehicles or packets is told
 * @param shareEnds below it the lack is over
 * @param lagEnds share of the limit below which events are no longer old
 */
public record StateRules(double late, double lateEnds, double share, double shareEnds, double lagEnds) {
    public static final StateRules DEFAULT = new StateRules(3, 2.5, 5, 2, 0.5);

    public StateRules {
        if (lateEnds > late || shareEnds > share || lagEnds > 1) {
            throw new IllegalArgumentException("Late from " + late + " to " + lateEnds + ", shares from " + share
                    + " to " + shareEnds + ", lag from 1 to " + lagEnds
                    + ": each must end at no higher value than it begins at.");
        }
    }

    /** These rules with another score from which a silence is late. */
    public static StateRules lateAt(double late) {
        return new StateRules(late, Math.max(0, late - 0.5), DEFAULT.share(), DEFAULT.shareEnds(), DEFAULT.lagEnds());
    }

    /** The state that follows. What comes first in this list hides what comes after it. */
    public SeriesState next(SeriesState was, Signals now) {
        if (now.retired()) {
            return SeriesState.RETIRED;
        } else if (now.window()) {
            return SeriesState.MAINTENANCE;
        } else if (isSilent(was, now)) {
            return SeriesState.SILENT;
        } else if (isLagging(was, now)) {
            return SeriesState.LAGGING;
        } else if (lacks(was == SeriesState.PARTIAL, now.partial())) {
            return SeriesState.PARTIAL;
        } else if (lacks(was == SeriesState.VOLUME_DROP, now.volume())) {
            return SeriesState.VOLUME_DROP;
        } else if (isLate(was, now)) {
            return SeriesState.LATE;
        }
        return now.young() ? SeriesState.UNKNOWN : SeriesState.ON_TIME;
    }

    private static boolean isSilent(SeriesState was, Signals now) {
        boolean begins = now.silence() >= now.alarm() && now.longEnough();
        boolean goesOn = was == SeriesState.SILENT && !now.arrived();
        boolean outlastsWindow = was == SeriesState.MAINTENANCE && now.overdue();
        return begins || goesOn || outlastsWindow;
    }

    private boolean isLagging(SeriesState was, Signals now) {
        return now.lag() >= 1 || (was == SeriesState.LAGGING && now.lag() >= lagEnds);
    }

    private boolean lacks(boolean alreadySo, double score) {
        return score >= share || (alreadySo && score >= shareEnds);
    }

    private boolean isLate(SeriesState was, Signals now) {
        return now.silence() >= late || (was == SeriesState.LATE && !now.arrived() && now.silence() >= lateEnds);
    }
}
