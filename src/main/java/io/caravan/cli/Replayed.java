package io.caravan.cli;

import io.caravan.watch.history.ReplayReport;
import java.time.ZoneId;
import java.util.List;

/**
 * A replay that is done.
 *
 * @param understood in plain words what was replayed
 * @param zone by whose clock it is told
 */
record Replayed(List<String> understood, ReplayReport report, ZoneId zone) {
    Replayed {
        understood = List.copyOf(understood);
    }
}
