package io.caravan.cli;

import java.util.concurrent.Callable;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.filter.DenyAllFilter;
import picocli.CommandLine.Option;

/** How a command that keeps running writes its log. */
public final class LogOption {
    enum Format {
        text,
        json
    }

    @Option(
            names = "--log",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description =
                    "Log as ${COMPLETION-CANDIDATES}: readable lines, or one JSON object a line. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.text;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "error, warn, info, debug or trace. Default: ${DEFAULT-VALUE}.")
    private String level = "info";

    /** Whether what goes to the console is read by a program: a JSON object a line, and nothing else. */
    public static boolean isForMachines() {
        return Format.json.name().equals(System.getProperty("caravan.log.format"));
    }

    /** Logs in this format to standard output from now on; what answers and ends has its answer there, and its log, if any, on standard error. */
    void apply() {
        System.setProperty("caravan.log.format", format.name());
        System.setProperty("caravan.log.target", "SYSTEM_OUT");
        setLevel(level);
    }

    /** Logs what is as grave as this from now on, also where a class had its logger before. */
    static void setLevel(String level) {
        System.setProperty("caravan.log.level", level);
        Configurator.reconfigure();
    }

    /** Does what tells in its answer all that the log of the classes which it uses would tell once more. */
    static <T> T withoutLog(Callable<T> work) throws Exception {
        LoggerContext log = LoggerContext.getContext(false);
        DenyAllFilter nothing = DenyAllFilter.newBuilder().build();
        log.addFilter(nothing);
        try {
            return work.call();
        } finally {
            log.removeFilter(nothing);
        }
    }
}
