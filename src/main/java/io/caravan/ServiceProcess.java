package io.caravan;

import io.caravan.cli.LogOption;
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
    private final CountDownLatch stopped = new CountDownLatch(1);

    @Override
    public int run(Path project, Map<String, String> overrides) throws Exception {
        Settings settings = Settings.read(project, System.getenv(), overrides);
        stay(Service.start(settings, Clock.systemUTC(), Map.of()));
        return 0;
    }

    @Override
    public int demo(Path project, Map<String, String> overrides, Optional<Path> records) throws Exception {
        Settings settings = Settings.read(project, System.getenv(), overrides).withOwnUrl();
        Clock clock = Clock.systemUTC();
        DemoProvider provider = DemoProvider.start(records, clock);
        try {
            Service service = Service.start(settings, clock, provider.placeholders());
            tell(guide(provider, service));
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

    private static String guide(DemoProvider provider, Service service) {
        return """

                Caravan's demo is running.
                  provider   %s/control  a simulated provider: what it served, faults to throw (docs/try-the-demo.md)
                  rows       ./caravan sql "select count(*) from %s"
                  refused    ./caravan sql "select reason, count(*) from caravan.rejected group by reason"
                  workflow   ./caravan dag runs telematics-nightly
                  trouble    curl -X POST "%1$s/control/revoke?credential=main", and within two minutes see ./caravan fleet list;
                             and %4$s/chat; then ./caravan poll switch acme, or curl -X POST %1$s/control/restore
                  chat       %4$s/chat  alerts as a receiver gets them, with buttons
                  alerts     %4$s/alerts  incidents, and what one can do about them
                  health     %4$s/observe/health
                  metrics    %4$s/observe/metrics
                  pipelines  %3$s: change a file and save it; it is live within two seconds
                  stop       Ctrl-C
                """.formatted(provider.url(), provider.table(), service.routesFolder(), service.url());
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
