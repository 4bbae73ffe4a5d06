package io.caravan.watch.episode;

import io.caravan.watch.cause.Finding;
import io.caravan.watch.cause.Trouble;
import java.util.Optional;

/** Looks for the cause of a trouble in what the tables tell. */
public interface CauseFinder {
    /** Empty: it can't be looked for. */
    Optional<Finding> find(Trouble trouble);
}
