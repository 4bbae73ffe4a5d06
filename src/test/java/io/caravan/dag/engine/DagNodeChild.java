package io.caravan.dag.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.caravan.dag.definition.DagOf;
import io.caravan.dag.definition.TaskOf;
import io.caravan.dag.run.Claim;
import io.caravan.dag.run.TaskFailure;
import io.caravan.dag.run.TaskResult;
import io.caravan.database.Database;
import io.caravan.database.DatabaseSettings;
import io.caravan.database.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/** A node in a process of its own, so that it can be killed. Each of its tasks writes a line into a ledger, in a transaction of the task's own. */
final class DagNodeChild implements AutoCloseable {
    static final String WORKFLOW = "ledger";

    private final Process process;
    private final Path log;

    private DagNodeChild(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    static DagNodeChild start(DatabaseSettings settings, String name) throws IOException {
        Path log = Files.createTempFile("dag-node", ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx192m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DagNodeChild.class.getName(),
                        settings.url(),
                        settings.user(),
                        settings.password(),
                        name)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        return new DagNodeChild(builder.start(), log);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() throws IOException {
        return Files.readString(log, UTF_8);
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
        Files.deleteIfExists(log);
    }

    static TestWorkflows workflows(Database database) {
        TestWorkflows workflows = new TestWorkflows(database);
        for (String task : List.of("a", "b", "c", "d")) {
            workflows.does(task, claim -> work(database, claim));
        }
        return workflows.with(DagOf.id(WORKFLOW)
                .maxActiveRuns(10_000)
                .tasks(
                        TaskOf.id("a"),
                        TaskOf.id("b").after("a").pool("two", 1),
                        TaskOf.id("c").after("a").retries(3, Duration.ofMillis(5)),
                        TaskOf.id("d").after("b", "c")));
    }

    private static TaskResult work(Database database, Claim claim) {
        Query write = Query.of("insert into public.ledger (run, task, claim) values (:run, :task, :claim)");
        try {
            Thread.sleep(ThreadLocalRandom.current().nextInt(20));
            database.runInTransaction(connection -> write.on(database)
                    .set("run", claim.key().run())
                    .set("task", claim.key().task())
                    .set("claim", claim.number())
                    .update());
            Thread.sleep(ThreadLocalRandom.current().nextInt(20));
            return TestWorkflows.gives(String.valueOf(claim.number()));
        } catch (InterruptedException e) {
            return TaskFailure.of(e);
        }
    }

    static EngineSettings settings(EngineSettings of, String name) {
        return new EngineSettings(
                name, 8, Duration.ofMillis(1_000), Duration.ofMillis(250), Duration.ofMillis(200), 90);
    }

    public static void main(String[] arguments) throws InterruptedException {
        Database database =
                Database.open(new DatabaseSettings(arguments[0], arguments[1], arguments[2], 6, Duration.ofSeconds(5)));
        workflows(database).node(of -> settings(of, arguments[3]));
        new CountDownLatch(1).await();
    }
}
