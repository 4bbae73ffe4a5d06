package io.caravan.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CPU time in seconds since the processes began. On a busy machine it tells more than the wall's clock.
 *
 * @param client of this JVM, or of the script that loads
 * @param postgres of all PostgreSQL's processes; NaN where there is no /proc
 * @param provider of the page server; NaN where there is no /proc
 */
record Cpu(double client, double postgres, double provider) {
    private static final double TICKS_PER_SECOND = 100;
    private static final int PARENT = 1;
    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int USER_OF_ENDED_CHILDREN = 13;
    private static final int SYSTEM_OF_ENDED_CHILDREN = 14;

    static Cpu now(long postmaster, long server) {
        OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new Cpu(system.getProcessCpuTime() / 1e9, family(postmaster), own(stat(server)));
    }

    Cpu since(Cpu before) {
        return new Cpu(client - before.client, postgres - before.postgres, provider - before.provider);
    }

    Cpu withClient(double seconds) {
        return new Cpu(seconds, postgres, provider);
    }

    private static double family(long parent) {
        String[] itself = stat(parent);
        if (itself.length == 0) {
            return Double.NaN;
        }
        double sum = own(itself) + seconds(itself, USER_OF_ENDED_CHILDREN, SYSTEM_OF_ENDED_CHILDREN);
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String[] stat = stat(Long.parseLong(process.getFileName().toString()));
                sum += stat.length > 0 && Long.parseLong(stat[PARENT]) == parent ? own(stat) : 0;
            }
        } catch (IOException e) {
            return Double.NaN;
        }
        return sum;
    }

    private static double own(String[] stat) {
        return stat.length == 0 ? Double.NaN : seconds(stat, USER, SYSTEM);
    }

    private static double seconds(String[] stat, int user, int system) {
        return (Long.parseLong(stat[user]) + Long.parseLong(stat[system])) / TICKS_PER_SECOND;
    }

    /** Fields of /proc/pid/stat from the third on, behind the name; empty where the process is gone or there is no /proc. */
    private static String[] stat(long pid) {
        try {
            String line = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
        } catch (IOException e) {
            return new String[0];
        }
    }
}
