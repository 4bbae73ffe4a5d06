package io.caravan.cli;

import picocli.CommandLine.Parameters;

/** An incident as people name it. */
final class IncidentNumber {
    @Parameters(paramLabel = "INCIDENT", description = "Its number, as list shows it.")
    private long number;

    long number() {
        return number;
    }
}
