package io.caravan;

import io.caravan.alert.AlertDesk;
import io.caravan.alert.routing.AlertRouting;
import io.caravan.alert.routing.AlertsFile;
import io.caravan.alert.rules.RuleDesk;
import io.caravan.alert.rules.RuleFiles;
import io.caravan.calendar.files.Calendars;
import io.caravan.cli.AlertCommands;
import io.caravan.cli.AlertSilenceCommand;
import io.caravan.cli.DagCommands;
import io.caravan.cli.DagDesk;
import io.caravan.cli.DagNextCommand;
import io.caravan.cli.DagTestCommand;
import io.caravan.cli.DemoCommand;
import io.caravan.cli.FleetCalendarCommand;
import io.caravan.cli.FleetCommands;
import io.caravan.cli.FleetDesk;
import io.caravan.cli.FleetEvaluateCommand;
import io.caravan.cli.FleetReplayCommand;
import io.caravan.cli.Place;
import io.caravan.cli.PlanCommand;
import io.caravan.cli.PollCommand;
import io.caravan.cli.ReplayCommand;
import io.caravan.cli.RunCommand;
import io.caravan.cli.SqlCommand;
import io.caravan.cli.ValidateCommand;
import io.caravan.cli.WrongUsage;
import io.caravan.database.DataFolderInUseException;
import io.caravan.database.DatabaseException;
import io.caravan.database.EmbeddedPostgresException;
import io.caravan.load.LoadEvents;
import io.caravan.routes.FileMistake;
import io.caravan.watch.FleetDirectory;
import io.caravan.watch.detect.Detector;
import io.caravan.watch.fleet.Fleets;
import io.caravan.watch.series.WrittenProfiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.function.Supplier;
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
        Place place = Place.of(args);
        Map<String, String> environment = place.over(System.getenv());
        int code;
        try (ToolDatabase database = new ToolDatabase(environment);
                ToolRoutes routes = new ToolRoutes(database, environment)) {
            code = commandLine(database, routes, environment, place).execute(args);
        }
        System.exit(code);
    }

    private static CommandLine commandLine(
            ToolDatabase database, ToolRoutes routes, Map<String, String> environment, Place place) {
        ServiceProcess service = new ServiceProcess(environment, place.words());
        return new CommandLine(new Main())
                .addMixin("place", place)
                .addSubcommand(new RunCommand(service))
                .addSubcommand(new DemoCommand(service))
                .addSubcommand(new ValidateCommand(environment))
                .addSubcommand(new PlanCommand(routes::provider))
                .addSubcommand(new PollCommand(database))
                .addSubcommand(new ReplayCommand(database, Clock.systemUTC(), new LoadEvents() {}, routes::loadOptions))
                .addSubcommand(new SqlCommand(database))
                .addSubcommand(dag(database, routes, environment))
                .addSubcommand(fleet(database, environment))
                .addSubcommand(alert(database, environment))
                .addSubcommand(new CommandLine.HelpCommand())
                .setParameterExceptionHandler(new WrongUsage())
                .setExecutionExceptionHandler((failure, command, parsed) -> tell(failure, command));
    }

    private static CommandLine dag(ToolDatabase database, ToolRoutes routes, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        Calendars calendars = new Calendars(Place.project(environment).resolve("config/calendars"), clock);
        DagDesk desk = new DagDesk(database, calendars::named, clock);
        return DagCommands.of(desk, new DagNextCommand(desk::timetableOf, calendars::named, clock, System.in))
                .addSubcommand(new DagTestCommand(routes::rehearsals));
    }

    private static CommandLine fleet(ToolDatabase database, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        Path config = Place.project(environment).resolve("config");
        Calendars calendars = new Calendars(config.resolve("calendars"), clock);
        Supplier<Detector> detector = () -> ToolDetector.of(Place.project(environment), environment);
        FleetDesk desk = new FleetDesk(
                database,
                opened ->
                        new WrittenProfiles(Fleets.of(config.resolve("fleets.yaml"), calendars, opened, clock), clock),
                clock,
                detector);
        return FleetCommands.of(desk)
                .addSubcommand(new FleetCalendarCommand(
                        name -> {
                            Fleets fleets = Fleets.of(config.resolve("fleets.yaml"), calendars, database.get(), clock);
                            FleetDirectory directory = new FleetDirectory(database.get(), fleets);
                            return directory.calendar(name);
                        },
                        clock))
                .addSubcommand(new FleetReplayCommand(calendars::named, desk))
                .addSubcommand(new FleetEvaluateCommand(detector));
    }

    private static CommandLine alert(ToolDatabase database, Map<String, String> environment) {
        Clock clock = Clock.systemUTC();
        Path config = Place.project(environment).resolve("config");
        Path file = config.resolve("alerts.yaml");
        Supplier<AlertRouting> routing = () -> routing(file);
        RuleFiles rules = new RuleFiles(config.resolve("rules"), clock);
        Supplier<AlertDesk> desk = () -> new AlertDesk(database.get(), clock, routing);
        Calendars calendars = new Calendars(config.resolve("calendars"), clock);
        return AlertCommands.of(routing, desk, rules, () -> new RuleDesk(database.get(), rules), clock)
                .addSubcommand(new AlertSilenceCommand(desk, calendars::named, Clock.system(ZoneId.systemDefault())));
    }

    private static AlertRouting routing(Path file) {
        try {
            return Files.exists(file) ? AlertsFile.read(file) : AlertRouting.NOBODY;
        } catch (FileMistake e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
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
            return new String[] {"caravan " + text()};
        }

        static String text() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "(built in place)" : version;
        }
    }
}
