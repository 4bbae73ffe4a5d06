package io.caravan.database;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Which living processes are PostgreSQL's in this cluster. A pid alone proves nothing, it may have been given to
 * somebody else: PostgreSQL's processes are called postgres and work in their cluster's folder. Where the working folder
 * cannot be read (macOS, a container without ptrace), name and start time must agree with postmaster.pid.
 */
final class ClusterProcesses {
    static final String PID_FILE = "postmaster.pid";
    private static final Path PROC = Path.of("/proc");
    /** The kernel's start time and PostgreSQL's own differ by the clock's corrections since. */
    private static final Duration SAME_START = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path cluster;

    ClusterProcesses(Path cluster) {
        this.cluster = cluster;
    }

    private record PidFile(long pid, Instant startedAt) {}

    /** The server's main process, when it lives. */
    Optional<ProcessHandle> postmaster() throws IOException {
        return pidFile().flatMap(file -> ProcessHandle.of(file.pid()).filter(process -> isOurs(process, file)));
    }

    /** The pids of all its processes; backends may outlive their postmaster. */
    List<Long> living() throws IOException {
        return handles().map(ProcessHandle::pid).toList();
    }

    private Stream<ProcessHandle> handles() throws IOException {
        var file = pidFile().orElse(new PidFile(-1, Instant.EPOCH));
        return ProcessHandle.allProcesses().filter(process -> isOurs(process, file));
    }

    /** Asks the rest to end, then forces them. False: some live on. */
    boolean endAll() throws IOException {
        if (allGoneWithin(Duration.ZERO)) {
            return true;
        }
        handles().forEach(ProcessHandle::destroy);
        if (allGoneWithin(PATIENCE)) {
            return true;
        }
        handles().forEach(ProcessHandle::destroyForcibly);
        return allGoneWithin(PATIENCE);
    }

    private boolean allGoneWithin(Duration limit) throws IOException {
        long end = System.nanoTime() + limit.toNanos();
        while (!living().isEmpty()) {
            if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        return true;
    }

    private boolean isOurs(ProcessHandle process, PidFile file) {
        if (!name(process).equals("postgres")) {
            return false;
        }
        try {
            return Files.readSymbolicLink(
                            PROC.resolve(Long.toString(process.pid())).resolve("cwd"))
                    .equals(cluster);
        } catch (IOException unreadable) {
            return process.isAlive() && process.pid() == file.pid() && startedAt(process, file.startedAt());
        }
    }

    private static String name(ProcessHandle process) {
        try {
            return Files.readString(PROC.resolve(Long.toString(process.pid())).resolve("comm"), UTF_8)
                    .strip();
        } catch (IOException noProc) {
            return process.info()
                    .command()
                    .map(command -> Path.of(command).getFileName().toString())
                    .orElse("");
        }
    }

    private static boolean startedAt(ProcessHandle process, Instant moment) {
        return process.info()
                .startInstant()
                .filter(start -> Duration.between(start, moment).abs().compareTo(SAME_START) <= 0)
                .isPresent();
    }

    private Optional<PidFile> pidFile() throws IOException {
        try {
            var lines = Files.readAllLines(cluster.resolve(PID_FILE), UTF_8);
            return Optional.of(new PidFile(
                    Long.parseLong(lines.get(0).strip()),
                    Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip()))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (NumberFormatException | IndexOutOfBoundsException halfWritten) {
            return Optional.empty();
        }
    }
}
