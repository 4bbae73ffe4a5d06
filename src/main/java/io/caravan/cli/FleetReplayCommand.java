package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.watch.history.CountsFileException;
import io.caravan.watch.history.HistoryReplay;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code caravan fleet replay}: what the detector would have said of what Caravan has counted, or of counts in a file. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs history through the detector that watches fleets: alarms that it would have given, false alarms a year, delays.",
            "Without a file it is what Caravan has counted of its fleets, with their clocks, calendars, holidays and maintenance as they are written now.",
            "Of a file, separator, headings, columns, times and interval are found out and told; alarms of real outages in the history are among those that are listed."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:replayed", "2:there is no such history, or the file or an option can't be understood"},
        footer = {
            "",
            "Example: caravan fleet replay north --from 2026-08-01 --to 2026-08-31",
            "Example: caravan fleet replay 'acme/*' --inject 200",
            "Example: caravan fleet replay --csv counts.csv --zone Europe/Amsterdam --country nl --inject 200",
            "Example: caravan fleet replay --csv taxi.csv --zone America/New_York --country US --subdivision ny --rate 20 --inject 200 --seed 7"
        })
public final class FleetReplayCommand implements Callable<Integer> {
    private static final int LONGEST_NAME = 32;

    private final Function<String, BusinessCalendar> calendars;
    private final FleetDesk desk;

    @Spec
    private @Nullable CommandSpec spec;

    @ArgGroup(exclusive = false, heading = "%nWhat Caravan has counted:%n", order = 1)
    private @Nullable StoredReplay stored;

    @ArgGroup(exclusive = false, heading = "%nA file of counts:%n", order = 2)
    private @Nullable CountsReplay counts;

    @Mixin
    private ReplayOptions options = new ReplayOptions();

    @Option(
            names = "--alarms",
            paramLabel = "N",
            description = "List at most so many alarms. Default: ${DEFAULT-VALUE}.")
    private int listed = 50;

    @Option(names = "--json", description = "Print for programs.")
    private boolean json;

    /** @param calendars finds a calendar by its name; throws IllegalArgumentException, naming what was meant, for any other */
    public FleetReplayCommand(Function<String, BusinessCalendar> calendars, FleetDesk desk) {
        this.calendars = calendars;
        this.desk = desk;
    }

    @Override
    public Integer call() throws Exception {
        try {
            print(replay());
            return 0;
        } catch (CountsFileException | IllegalArgumentException | DateTimeException e) {
            throw new ParameterException(commandSpec().commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private Replayed replay() throws IOException {
        HistoryReplay replay = new HistoryReplay(desk.detector());
        if (counts == null) {
            return (stored == null ? new StoredReplay() : stored).replay(replay, options, desk);
        }
        if (stored != null) {
            throw new IllegalArgumentException(
                    "--csv replays a file, and FLEET, --from and --to what Caravan has counted; give one or the other.");
        }
        return counts.replay(replay, options, calendars);
    }

    private void print(Replayed replayed) throws IOException {
        ReplayText text = new ReplayText(replayed.understood(), replayed.report(), replayed.zone(), LONGEST_NAME);
        var out = commandSpec().commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(text.json()));
        } else {
            text.print(out, listed);
        }
        out.flush();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("A FleetReplayCommand is run by picocli's CommandLine.");
        }
        return spec;
    }
}
