package io.caravan.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code caravan demo}: the service with the bundled provider simulator. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Starts the service with a simulated provider, and shows where to look. Ctrl-C stops both.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:stopped as asked", "2:could not start; the message says why"})
public final class DemoCommand implements Callable<Integer> {
    private final ServiceRunner runner;

    @Mixin
    private final ServiceOptions service = new ServiceOptions();

    @Mixin
    private final LogOption log = new LogOption();

    @Option(
            names = "--records",
            paramLabel = "FILE.ndjson",
            description = "Serve the records of this file, one JSON object a line, instead of simulated fleets.")
    private @Nullable Path records;

    @Spec
    private @Nullable CommandSpec spec;

    public DemoCommand(ServiceRunner runner) {
        this.runner = runner;
    }

    @Override
    public Integer call() throws Exception {
        if (records != null && !Files.isReadable(records) && spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--records names " + records + ", which can't be read. Give a file of JSON lines.");
        }
        log.apply();
        return runner.demo(service.overrides(), Optional.ofNullable(records));
    }
}
