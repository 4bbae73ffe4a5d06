package io.caravan.watch.cause;

import io.caravan.watch.cause.Evidence.Calls;
import io.caravan.watch.cause.Evidence.Others;
import java.util.Optional;

/** The provider answers without errors, others' data flows, and this fleet sends nothing on an ordinary day: parked, broken, or withdrawn without a word. */
final class FleetOff implements CauseRule {
    @Override
    public Cause cause() {
        return Cause.FLEET_OFF;
    }

    @Override
    public Optional<Suspicion> suspect(Evidence evidence, Thresholds thresholds) {
        if (!evidence.trouble().fleet() || !answersWork(evidence)) {
            return Optional.empty();
        }
        Others others = evidence.others();
        if (others.fleetsFlowing() > 0) {
            return Optional.of(new Suspicion(
                    0.8,
                    "the provider answers, and "
                            + Words.count(
                                    others.fleetsFlowing(), "other fleet of it sends", "other fleets of it send")));
        }
        return others.fleets() == 0
                ? Optional.of(new Suspicion(0.6, "the provider answers without errors, and nothing is in the answers"))
                : Optional.empty();
    }

    /** Whether calls were made and nearly all were accepted. */
    static boolean answersWork(Evidence evidence) {
        Calls calls = evidence.calls();
        return calls.accepted() > 0 && calls.accepted() * 10 >= calls.total() * 9;
    }
}
