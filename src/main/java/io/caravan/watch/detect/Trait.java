package io.caravan.watch.detect;

/** What a pattern knows beside its hours of the week, one number each. Their order is the stored form's: append only, and raise its version. Hours and dates are counted since 1970, NaN: never. */
enum Trait {
    /** Hour of the first packet. */
    BORN_HOUR,
    /** Up to which hour, exclusive, is learned. */
    LEARNED_HOUR,
    /** The newest learned hour with a packet. */
    LAST_ACTIVE_HOUR,
    /** Active minutes of late, fading. */
    OBSERVED,
    /** The same by the pattern. */
    EXPECTED,
    /** {@link #OBSERVED} as it was after the last active hour. */
    OBSERVED_AT_LAST,
    EXPECTED_AT_LAST,
    /** Local date of the newest learned hour. */
    DAY,
    /** Active minutes of this date. */
    DAY_OBSERVED,
    /** The same by the pattern, if the date were ordinary. */
    DAY_EXPECTED,
    /** Active minutes of this holiday and of those directly before it. */
    REST_OBSERVED,
    /** The same by what is expected of holidays, up to the last active hour. */
    REST_EXPECTED_AT_LAST,
    /** The same, up to now. */
    REST_EXPECTED,
    /** Between days from Monday to Friday, relative; the Gamma shape is its reciprocal. */
    DAY_VARIANCE,
    /** Between days of weekends. */
    WEEKEND_VARIANCE,
    /** Between hours, relative, beyond their day's level. */
    HOUR_VARIANCE,
    /** Length of the present gap in expected active minutes at today's level. */
    GAP,
    /** Sum of long gaps' excess, and how many. */
    BURST_SUM,
    BURST_COUNT,
    /** Variance of an hour's packets beyond that of its day, by their mean. */
    PACKET_DISPERSION,
    VEHICLE_DISPERSION,
    /** Active minutes an hour, mean of the week. */
    MEAN_MINUTES,
    /** What the newest holiday had of an ordinary day; NaN before the first. */
    HOLIDAY_SHARE,
    /** How many holidays in a row were worked on. */
    WORKED_HOLIDAYS,
    /** Arrivals an hour, mean of the week. */
    MEAN_ARRIVALS;

    static final int COUNT = values().length;

    /** Where it stands among a pattern's traits. */
    @SuppressWarnings("EnumOrdinal") // their order is the stored form's
    int index() {
        return ordinal();
    }

    static float[] initial(DetectorSettings settings) {
        float[] traits = new float[COUNT];
        traits[BORN_HOUR.index()] = Float.NaN;
        traits[LEARNED_HOUR.index()] = Float.NaN;
        traits[LAST_ACTIVE_HOUR.index()] = Float.NaN;
        traits[DAY.index()] = Float.NaN;
        traits[DAY_VARIANCE.index()] = (float) (1 / settings.dayEffect());
        traits[WEEKEND_VARIANCE.index()] = (float) (1 / settings.dayEffect());
        traits[HOLIDAY_SHARE.index()] = Float.NaN;
        traits[HOUR_VARIANCE.index()] = (float) (1 / settings.hourEffect());
        traits[BURST_SUM.index()] = (float) (settings.burstPrior() * settings.burstPriorWeight());
        traits[BURST_COUNT.index()] = (float) settings.burstPriorWeight();
        traits[PACKET_DISPERSION.index()] = 1;
        traits[VEHICLE_DISPERSION.index()] = 1;
        return traits;
    }
}
