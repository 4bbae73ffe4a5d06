package io.caravan;

import io.caravan.simulator.ProviderSimulator;
import io.caravan.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** The provider of {@code caravan demo}: simulated fleets, or the records of a file. */
final class DemoProvider implements AutoCloseable {
    private static final int USUAL_PORT = 8090;

    private final ProviderSimulator simulator;
    private final boolean hasRecords;

    private DemoProvider(ProviderSimulator simulator, boolean hasRecords) {
        this.simulator = simulator;
        this.hasRecords = hasRecords;
    }

    static DemoProvider start(Optional<Path> records, Clock clock) {
        int port = isFree(USUAL_PORT) ? USUAL_PORT : 0;
        SimulatorSettings settings = SimulatorSettings.standard().withAuth(SimulatorSettings.Auth.API_KEY);
        return new DemoProvider(
                records.map(file -> ProviderSimulator.startWithRecords(
                                file, Double.POSITIVE_INFINITY, settings, clock, port))
                        .orElseGet(() -> ProviderSimulator.start(settings, clock, port)),
                records.isPresent());
    }

    private static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** What the example routes need to know: the provider's address, which of its streams it has, and that a demo's nights and the hours between its probes are short. */
    Map<String, String> placeholders() {
        return Map.of(
                "acme.url", simulator.url(),
                "acme.probeEvery", "2m",
                "telematics.packets", String.valueOf(!hasRecords),
                "telematics.traces", String.valueOf(hasRecords),
                "telematics.nightly", hasRecords ? "0 2 * * *" : "*/2 * * * *");
    }

    String url() {
        return simulator.url();
    }

    /** The table that fills. */
    String table() {
        return hasRecords ? "telematics.trace" : "telematics.packet";
    }

    @Override
    public void close() {
        simulator.close();
    }
}
