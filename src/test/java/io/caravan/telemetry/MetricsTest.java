package io.caravan.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.caravan.alert.Delivery;
import io.caravan.alert.DeliveryState;
import io.caravan.alert.MessageKind;
import io.caravan.alert.rules.RulesReport;
import io.caravan.dag.event.DagEvents.OpenMisses;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.DagRun;
import io.caravan.dag.run.RunKind;
import io.caravan.dag.run.RunState;
import io.caravan.dag.run.TaskKey;
import io.caravan.dag.run.TaskState;
import io.caravan.dedup.DedupEvents.FilteredBatch;
import io.caravan.load.LoadProgress;
import io.caravan.load.LoadReport;
import io.caravan.poll.ErrorKind;
import io.caravan.poll.PollDecision.Reason;
import io.caravan.poll.PollEvents.CallMade;
import io.caravan.poll.PollEvents.Failed;
import io.caravan.poll.PollEvents.Halted;
import io.caravan.poll.PollEvents.PageCommitted;
import io.caravan.poll.PollEvents.Waiting;
import io.caravan.poll.Purpose;
import io.caravan.poll.StreamName;
import io.caravan.routes.RouteFileStatus;
import io.caravan.simulator.AdjustableClock;
import io.caravan.watch.ArrivalReport;
import io.caravan.watch.cause.Severity;
import io.caravan.watch.episode.EpisodeEvents;
import io.caravan.watch.episode.EpisodeKind;
import io.caravan.watch.episode.EventKind;
import io.caravan.watch.series.SeriesKind;
import io.caravan.watch.series.SeriesState;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the features tell, as Prometheus scrapes it; and that rules and dashboard ask for nothing else. */
class MetricsTest {
    private static final Pattern OURS = Pattern.compile("caravan_[a-z_]+");
    private static final StreamName STREAM = new StreamName("acme", "packets");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AdjustableClock clock = new AdjustableClock(Instant.parse("2026-03-29T01:00:00Z"));
    private final PollMetrics poll = new PollMetrics(registry, clock);
    private final LoadMetrics load = new LoadMetrics(registry);
    private final DagMetrics dag = new DagMetrics(registry);

    @BeforeEach
    void everythingHappensOnce() {
        poll.callMade(new CallMade(
                STREAM,
                Purpose.LIVE,
                200,
                250,
                40_000,
                Duration.ofMillis(120),
                new BigDecimal("0.001"),
                Optional.empty(),
                Optional.of(new BigDecimal("19.5"))));
        poll.pageCommitted(new PageCommitted(STREAM, 250, 1.0, Optional.of(Duration.ofSeconds(8)), 1_000));
        load.loaded(new LoadReport(
                "telematics.packet",
                UUID.randomUUID(),
                "poll:acme/packets",
                null,
                250,
                240,
                7,
                3,
                Duration.ofMillis(20)));
        load.progressed(new LoadProgress(
                "occupancy.event", "file:a.csv", 500, 1_000, 250, 1_000, Duration.ofSeconds(1), false));
        load.lockWaited("occupancy.event", Duration.ofMillis(5));
        load.fieldsIgnored("telematics.packet", Set.of("odometer"));
        new DedupMetrics(registry).filtered(new FilteredBatch("packets", UUID.randomUUID(), 240, 10, 0));
        aWorkflowRanLateAndFailed();
        WatchMetrics watch = new WatchMetrics(registry);
        watch.arrived(new ArrivalReport("acme", true, 245, 2, 1, 2, 3, 5, 0, Duration.ofMillis(3)));
        watch.looked(3, Duration.ofMillis(20), Duration.ofSeconds(1));
        watch.standing(Map.of(SeriesState.SILENT, 2));
        watch.backlog(7);
        watch.away(Instant.EPOCH, Instant.EPOCH.plusSeconds(60));
        watch.told(new EpisodeEvents.Told(
                EventKind.OPENED,
                SeriesKind.FLEET,
                EpisodeKind.SILENT,
                Severity.HIGH,
                "credentials",
                Duration.ofMinutes(30)));
        AlertMetrics alerts = new AlertMetrics(registry);
        alerts.sent(delivery(), Duration.ofMillis(40));
        alerts.retried(delivery(), "503");
        alerts.failed(delivery(), "404");
        alerts.confirmed(delivery(), DeliveryState.READ);
        alerts.unconfirmed(delivery());
        alerts.textBroken("slack.json.ftl", "line 3");
        alerts.rulesJudged(
                new RulesReport("packets", 9, 1, 1, 1, Map.of("hot", 1L), Map.of("hot", 1L), Map.of("hot", 1L)));
        DeliveryMetrics.register(registry, () -> 0, List::of, () -> false);
        RouteMetrics.register(
                registry,
                () -> List.of(new RouteFileStatus(
                        Path.of("a.camel.yaml"),
                        RouteFileStatus.State.LOADED,
                        clock.instant(),
                        List.of(),
                        List.of("a"))));
    }

    private static Delivery delivery() {
        return new Delivery(
                UUID.randomUUID(),
                Optional.empty(),
                "chat",
                "chat",
                "",
                io.caravan.alert.Severity.CRITICAL,
                MessageKind.FIRING,
                "{}",
                List.of(),
                Instant.EPOCH,
                Instant.EPOCH,
                0,
                0,
                Optional.empty());
    }

    @Test
    void theTimeToAMessageIsAHistogramOfItsSeverity() {
        assertThat(registry.scrape())
                .contains("caravan_alert_delivery_seconds_bucket{severity=\"critical\",le=\"0.05\"} 1")
                .contains("caravan_alert_messages_total{channel=\"chat\",outcome=\"failed\"} 1.0");
    }

    private void aWorkflowRanLateAndFailed() {
        Instant now = clock.instant();
        DagRun run = new DagRun(UUID.randomUUID(), "rides", 1, RunKind.SCHEDULED, now, now, now, now, "{}", 0, now);
        Claim claim = new Claim(new TaskKey(run.id(), "stage", -1), run, 1, 1, 1, now, now, now, null);
        dag.runStarted(run, Duration.ofMillis(20));
        dag.taskStarted(claim, Duration.ofMillis(5));
        dag.taskEnded(claim, TaskState.FAILED, Duration.ofSeconds(3));
        dag.runEnded(run, RunState.FAILED, Duration.ofSeconds(4));
        dag.missed("rides", "deadline");
        dag.openMisses(List.of(new OpenMisses("rides", "deadline", 1)));
        dag.workerLost("node", 2);
        dag.resultsRefused(1);
    }

    @Test
    void aMissedDeadlineIsOpenUntilItIsMadeGood() {
        assertThat(registry.scrape())
                .contains("caravan_dag_misses_open{dag=\"rides\",kind=\"deadline\"} 1.0")
                .contains("caravan_dag_misses_total{dag=\"rides\",kind=\"deadline\"} 1.0")
                .contains("caravan_dag_run_seconds_count{dag=\"rides\",state=\"failed\"} 1")
                .contains("caravan_dag_tasks_lost_total 2.0");
        dag.openMisses(List.of());
        assertThat(registry.scrape()).contains("caravan_dag_misses_open{dag=\"rides\",kind=\"deadline\"} 0.0");
    }

    @Test
    void recordsAreCountedByTableAndOutcome() {
        assertThat(registry.scrape())
                .contains("caravan_load_records_total{outcome=\"validated\",table=\"telematics.packet\"} 240.0")
                .contains("caravan_load_records_total{outcome=\"duplicate\",table=\"telematics.packet\"} 7.0")
                .contains("caravan_load_records_total{outcome=\"rejected\",table=\"telematics.packet\"} 3.0")
                .contains("caravan_dedup_records_total{outcome=\"dropped\",repository=\"packets\"} 10.0")
                .contains("caravan_poll_cost_total{provider=\"acme\",stream=\"packets\"} 0.001")
                .contains("caravan_poll_budget_left{provider=\"acme\"} 19.5")
                .contains("caravan_routes_files{state=\"loaded\"} 1.0")
                .contains("caravan_watch_series{state=\"silent\"} 2.0")
                .contains("caravan_watch_due 7.0")
                .contains("caravan_watch_away_seconds_total 60.0")
                .contains(
                        "caravan_watch_events_total{cause=\"credentials\",kind=\"opened\",series=\"fleet\",severity=\"high\",trouble=\"silent\"} 1.0")
                .contains("caravan_watch_packets_total{counted=\"live\",provider=\"acme\"} 245.0")
                .contains("caravan_watch_packets_total{counted=\"without_time\",provider=\"acme\"} 2.0");
    }

    @Test
    void theLagOfAStreamThatIsStuckGrows() {
        assertThat(registry.scrape()).contains("caravan_poll_lag_seconds{provider=\"acme\",stream=\"packets\"} 8.0");
        clock.advance(Duration.ofMinutes(1));
        assertThat(registry.scrape()).contains("caravan_poll_lag_seconds{provider=\"acme\",stream=\"packets\"} 68.0");
    }

    @Test
    void aHaltedStreamShowsUntilItsNextPage() {
        poll.failed(new Failed(STREAM, Optional.of(ErrorKind.BAD_PAGE), "no array at /data", 3, Duration.ofSeconds(5)));
        poll.halted(new Halted(STREAM, "bad page"));
        assertThat(registry.scrape())
                .contains("caravan_poll_halted{provider=\"acme\",stream=\"packets\"} 1.0")
                .contains("caravan_poll_failures{provider=\"acme\",stream=\"packets\"} 3.0");
        poll.pageCommitted(new PageCommitted(STREAM, 250, 1.0, Optional.empty(), 0));
        assertThat(registry.scrape())
                .contains("caravan_poll_halted{provider=\"acme\",stream=\"packets\"} 0.0")
                .contains("caravan_poll_failures{provider=\"acme\",stream=\"packets\"} 0.0");
    }

    @Test
    void rulesAndDashboardAskOnlyForWhatIsMeasured() throws IOException {
        poll.waiting(new Waiting(STREAM, Duration.ofSeconds(5), Reason.BUDGET, Duration.ofSeconds(1)));
        poll.halted(new Halted(STREAM, "bad page"));
        Set<String> asked = new TreeSet<>();
        for (String file : List.of("monitoring/alerts.yml", "monitoring/grafana/caravan.json")) {
            Matcher names = OURS.matcher(Files.readString(Path.of(file)));
            while (names.find()) {
                asked.add(names.group());
            }
        }
        assertThat(asked).hasSizeGreaterThan(8);
        Set<String> measured = new TreeSet<>();
        Matcher names = OURS.matcher(registry.scrape());
        while (names.find()) {
            measured.add(names.group());
        }
        assertThat(measured).containsAll(asked);
    }

    @Test
    void theAlertRulesPassTheirOwnTests() throws Exception {
        assumeThat(isInstalled("promtool")).as("promtool is installed").isTrue();
        Process promtool = new ProcessBuilder("promtool", "test", "rules", "alerts.test.yml")
                .directory(Path.of("monitoring").toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(promtool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(promtool.waitFor()).as(output).isZero();
    }

    private static boolean isInstalled(String program) {
        return Pattern.compile(java.io.File.pathSeparator)
                .splitAsStream(System.getenv().getOrDefault("PATH", ""))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
