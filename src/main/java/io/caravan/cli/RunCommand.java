package io.caravan.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code caravan run}: the service, until Ctrl-C or a TERM signal. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description =
                "Starts the service: routes, health and metrics. Ctrl-C stops it after what is in flight is done.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped as asked", "2:could not start; the message says why"})
public final class RunCommand implements Callable<Integer> {
    private final ServiceRunner runner;

    @Mixin
    private final ServiceOptions service = new ServiceOptions();

    @Mixin
    private final LogOption log = new LogOption();

    public RunCommand(ServiceRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        log.apply();
        return runner.run(service.overrides());
    }
}
