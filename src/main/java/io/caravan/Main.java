package io.caravan;

import io.caravan.cli.DemoCommand;
import io.caravan.cli.RunCommand;
import io.caravan.database.DataFolderInUseException;
import io.caravan.database.DatabaseException;
import io.caravan.database.EmbeddedPostgresException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Caravan's command line: the only class that knows everyone. Start reading at {@link Service}, what {@code run} starts. */
@Command(
        name = "caravan",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Moves fleet data from rate-limited APIs and files into validated SQL tables, exactly once.",
        footer = "%nAlso: caravan test (builds and tests the project), caravan bench (measures it).")
public final class Main {
    private static final int CANNOT_START = 2;

    private Main() {}

    public static void main(String[] args) {
        // Camel and Flyway log through SLF4J, Hikari too; java.util.logging of the driver is left quiet
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        ServiceProcess process = new ServiceProcess();
        return new CommandLine(new Main())
                .addSubcommand(new RunCommand(process))
                .addSubcommand(new DemoCommand(process))
                .setExecutionExceptionHandler((failure, command, parsed) -> tell(failure, command));
    }

    /** What the user can mend is told in its own words; anything else is ours, with its stack. */
    private static int tell(Exception failure, CommandLine command) throws Exception {
        if (failure instanceof SettingsException
                || failure instanceof DataFolderInUseException
                || failure instanceof EmbeddedPostgresException
                || failure instanceof DatabaseException) {
            command.getErr().println("caravan: " + failure.getMessage());
            return CANNOT_START;
        }
        throw failure;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"caravan " + (version == null ? "(built in place)" : version)};
        }
    }
}
