package io.caravan;

import io.caravan.cli.LogOption;
import io.caravan.cli.Place;
import io.caravan.cli.ServiceRunner;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;
import org.slf4j.LoggerFactory;

/** The service as a process: started, left running, and stopped in order by Ctrl-C or a TERM signal. */
final class ServiceProcess implements ServiceRunner {
    private final Map<String, String> environment;
    private final String place;
    private final CountDownLatch stopped = new CountDownLatch(1);

    /** @param place what is to be typed behind other commands so that they find this service */
    ServiceProcess(Map<String, String> environment, String place) {
        this.environment = environment;
        this.place = place;
    }

    @Override
    public int run(Map<String, String> overrides) throws Exception {
        Settings settings = settings(overrides);
        stay(Service.start(settings, Clock.systemUTC(), Map.of()));
        return 0;
    }

    private Settings settings(Map<String, String> overrides) {
        return Settings.read(Place.project(environment), environment, overrides);
    }

    @Override
    public int demo(Map<String, String> overrides, Optional<Path> records) throws Exception {
        Settings settings = settings(overrides).withOwnUrl();
        Clock clock = Clock.systemUTC();
        DemoProvider provider = DemoProvider.start(records, clock);
        try {
            Service service = Service.start(settings, clock, provider.placeholders());
            tell(guide(provider, service, place));
            stay(() -> {
                service.close();
                provider.close();
            });
            return 0;
        } catch (Exception e) {
            provider.close();
            throw e;
        }
    }

    /**
     * Between lines of text as text; where the log is for machines, as one of its lines. The logger is asked for only now: this class is there before {@code --log} is read, and the first logger of the process
     * settles format and level.
     */
    private static void tell(String guide) {
        if (LogOption.isForMachines()) {
            LoggerFactory.getLogger(ServiceProcess.class).info(guide.strip());
        } else {
            System.out.println(guide);
        }
    }

    private static String guide(DemoProvider provider, Service service, String place) {
        return """

                Caravan's demo is running.
                  provider   %1$s/control  a simulated provider: what it served, faults to throw (docs/try-the-demo.md)
                  rows       ./caravan sql%5$s "select count(*) from %2$s"
                  refused    ./caravan sql%5$s "select reason, count(*) from caravan.rejected group by reason"
                  workflow   ./caravan dag runs telematics-nightly%5$s
                  trouble    curl -X POST "%1$s/control/revoke?credential=main", and within two minutes see ./caravan fleet list%5$s;
                             and %4$s/chat; then ./caravan poll switch acme%5$s, or curl -X POST %1$s/control/restore
                  chat       %4$s/chat  alerts as a receiver gets them, with buttons
                  fleets     %4$s/fleets  how they stand, and why
                  alerts     %4$s/alerts  incidents, and what one can do about them
                  health     %4$s/observe/health
                  metrics    %4$s/observe/metrics
                  pipelines  %3$s: change a file and save it; it is live within two seconds
                  stop       Ctrl-C
                """.formatted(provider.url(), provider.table(), service.routesFolder(), service.url(), place);
    }

    private void stay(AutoCloseable service) throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(service), "caravan-stop"));
        stopped.await();
    }

    private void stop(AutoCloseable service) {
        try {
            service.close();
        } catch (Exception e) {
            System.err.println("caravan: did not stop cleanly: " + e.getMessage() + ". The next start recovers.");
        } finally {
            LogManager.shutdown();
            stopped.countDown();
        }
    }
}
