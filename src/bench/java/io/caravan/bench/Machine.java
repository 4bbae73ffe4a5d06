package io.caravan.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/**
 * Where it was measured.
 *
 * @param loadAtStart processes that wanted a processor in the minute before; a number well above 0 means that the machine was shared
 */
record Machine(int cores, double loadAtStart, String system, String java, String postgres) {
    static Machine here(String postgres) {
        OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                system.getSystemLoadAverage(),
                system.getName() + " " + system.getArch(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                postgres);
    }
}
