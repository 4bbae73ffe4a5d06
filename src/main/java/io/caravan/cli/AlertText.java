package io.caravan.cli;

import io.caravan.alert.Incident;
import java.util.Locale;

/** How incidents are told on the command line. */
final class AlertText {
    private AlertText() {}

    static String state(Incident incident) {
        String state = incident.state().name().toLowerCase(Locale.ROOT);
        return incident.hiddenBy().isPresent() ? state + " (hidden)" : state;
    }
}
