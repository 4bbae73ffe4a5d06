package io.caravan.watch.cause;

import java.util.Optional;

/** The provider answers, but there is nothing new, on a day on which little is to be expected. */
final class OnHoliday implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.HOLIDAY;
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        return evidence.trouble()
                .specialDay()
                .filter(day -> FleetOff.answersWork(evidence))
                .map(day -> new Suspicion(0.8, "the provider answers, and today is " + day));
    }
}
