package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.BusinessCalendar;
import io.caravan.calendar.Moments;
import io.caravan.calendar.OnHoliday;
import io.caravan.calendar.Schedule;
import io.caravan.calendar.SkippedTick;
import io.caravan.dag.run.RefusedException;
import io.caravan.dag.schedule.Tick;
import io.caravan.dag.schedule.Timetable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code caravan dag next}: the coming ticks of a workflow, or of any schedule. */
@Command(
        name = "next",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells when a workflow runs next, of which interval, and why a tick is moved or skipped.",
            "Without a workflow: when a schedule ticks."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:answered",
            "1:it never ticks again, has no schedule or isn't there",
            "2:an option is missing or can't be read"
        },
        footer = {
            "",
            "Example: caravan dag next --cron \"0 2 * * *\" --zone Europe/Zurich --from 2023-03-25T00:00:00Z --count 4"
        })
public final class DagNextCommand implements Callable<Integer> {
    private static final int MOST = 10_000;
    private static final DateTimeFormatter LOCAL =
            DateTimeFormatter.ofPattern("EEE uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);

    private final Function<String, Timetable> workflows;
    private final Function<String, BusinessCalendar> calendars;
    private final Clock clock;
    private final InputStream in;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "WORKFLOW", description = "Whose schedule; such as rides.")
    private @Nullable String workflow;

    @Option(
            names = "--cron",
            paramLabel = "EXPR",
            description =
                    "A schedule instead: cron of five or six fields, @daily, every 15m, or several separated by semicolons.")
    private @Nullable String cron;

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            defaultValue = "UTC",
            description = "Whose clock --cron goes by. Default: ${DEFAULT-VALUE}.")
    private String zone = "UTC";

    @Option(
            names = "--calendar",
            paramLabel = "NAME",
            description = "Of --cron only the ticks on the workdays of this calendar.")
    private @Nullable String calendar;

    @Option(
            names = "--on-holiday",
            paramLabel = "RULE",
            defaultValue = "skip",
            description =
                    "What becomes of ticks on the calendar's closed days: skip, next or previous workday. Default: ${DEFAULT-VALUE}.")
    private String onHoliday = "skip";

    @Option(names = "--from", paramLabel = "INSTANT", description = "After which moment. Default: now.")
    private @Nullable String from;

    @Option(names = "--inclusive", description = "A tick at that very moment counts.")
    private boolean inclusive;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "5",
            description = "How many ticks. Default: ${DEFAULT-VALUE}.")
    private int count = 5;

    @Option(
            names = "--stdin",
            description =
                    "Read lines of zone, cron, from, inclusive (true or false), separated by tabs, and answer each with one line: "
                            + "the instant, 'none', or 'error: ' and the reason.")
    private boolean stdin;

    @Option(names = "--json", description = "Print for programs.")
    private boolean json;

    /**
     * @param calendars the calendar of a name; throws IllegalArgumentException, naming the known ones, for any other
     * @param workflows the timetable of a workflow; throws RefusedException, naming the known ones, for any other
     * @param in what {@code --stdin} reads
     */
    public DagNextCommand(
            Function<String, Timetable> workflows,
            Function<String, BusinessCalendar> calendars,
            Clock clock,
            InputStream in) {
        this.workflows = workflows;
        this.calendars = calendars;
        this.clock = clock;
        this.in = in;
    }

    @Override
    public Integer call() throws IOException {
        long asked = Stream.of(workflow != null, cron != null, stdin)
                .filter(Boolean::booleanValue)
                .count();
        if (asked != 1) {
            throw refuse("Give a WORKFLOW, or --cron, or --stdin: one of the three.");
        }
        if (count < 1 || count > MOST) {
            throw refuse("--count is " + count + "; write 1 to " + MOST + ".");
        }
        if (stdin) {
            return answerLines();
        }
        try {
            return workflow == null ? ticksOf(String.valueOf(cron)) : ticksOfWorkflow(workflow);
        } catch (RefusedException e) {
            commandSpec().commandLine().getErr().println("caravan: " + e.getMessage());
            return 1;
        } catch (IllegalArgumentException e) {
            throw refuse(String.valueOf(e.getMessage()));
        }
    }

    /** Never ends at a line that can't be read: whoever asks gets an answer to each, at once. */
    private int answerLines() throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out().println(answer(line));
            out().flush();
        }
        return 0;
    }

    private String answer(String line) {
        try {
            Optional<Instant> tick = TickQuestion.parse(line).answer();
            return json
                    ? object().put("next", tick.map(Instant::toString).orElse(null))
                            .toString()
                    : tick.map(Instant::toString).orElse("none");
        } catch (RuntimeException e) {
            String reason = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
            return json ? object().put("error", reason).toString() : "error: " + reason;
        }
    }

    private int ticksOf(String text) {
        ZoneId wall = Moments.zone(zone);
        Schedule schedule = schedule(text, wall);
        Instant begin = begin(wall);
        List<Instant> ticks = new ArrayList<>();
        Optional<Instant> tick = schedule.next(begin, inclusive);
        while (tick.isPresent() && ticks.size() < count) {
            ticks.add(tick.get());
            tick = schedule.next(tick.get(), false);
        }
        List<SkippedTick> skipped =
                ticks.isEmpty() ? List.of() : schedule.skipped(begin, ticks.get(ticks.size() - 1), MOST);
        if (json) {
            ObjectNode root = object().put("schedule", text).put("zone", Moments.name(wall));
            ArrayNode array = root.putArray("ticks");
            ticks.forEach(at -> array.addObject()
                    .put("at", at.toString())
                    .put("local", at.atZone(wall).toOffsetDateTime().toString())
                    .put("remark", schedule.remark(at).orElse(null)));
            addTo(root, skipped);
            out().println(root.toPrettyString());
        } else if (ticks.isEmpty()) {
            out().println("It never ticks.");
        } else {
            Table table = new Table("UTC", Moments.name(wall), "REMARK");
            List<SkippedTick> left = new ArrayList<>(skipped);
            for (Instant at : ticks) {
                before(at, left).forEach(each -> table.row("-", local(each.at(), wall), "skipped: " + each.reason()));
                table.row(at.toString(), local(at, wall), schedule.remark(at).orElse(""));
            }
            table.print(out());
        }
        out().flush();
        return ticks.isEmpty() ? 1 : 0;
    }

    private Schedule schedule(String text, ZoneId wall) {
        Schedule schedule = Schedule.parse(text, wall);
        OnHoliday rule = Stream.of(OnHoliday.values())
                .filter(each -> each.name().equalsIgnoreCase(onHoliday))
                .findFirst()
                .orElseThrow(() -> refuse("--on-holiday is '" + onHoliday + "'; write skip, next or previous."));
        return calendar == null ? schedule : schedule.onWorkdays(calendars.apply(calendar), rule, wall);
    }

    /** Takes those off the list that come before a tick. */
    private static List<SkippedTick> before(Instant tick, List<SkippedTick> left) {
        List<SkippedTick> earlier =
                left.stream().filter(each -> each.at().isBefore(tick)).toList();
        left.removeAll(earlier);
        return earlier;
    }

    private static void addTo(ObjectNode root, List<SkippedTick> skipped) {
        ArrayNode array = root.putArray("skipped");
        skipped.forEach(
                each -> array.addObject().put("at", each.at().toString()).put("reason", each.reason()));
    }

    private int ticksOfWorkflow(String name) {
        Timetable timetable = workflows.apply(name);
        ZoneId wall = timetable.timing().zone();
        Instant begin = begin(wall);
        List<Tick> ticks = timetable.between(inclusive ? begin.minusNanos(1) : begin, Instant.MAX, count);
        List<SkippedTick> skipped = ticks.isEmpty()
                ? List.of()
                : timetable.skipped(begin, ticks.get(ticks.size() - 1).dueAt(), MOST);
        if (json) {
            out().println(json(name, wall, ticks, skipped).toPrettyString());
        } else if (ticks.isEmpty()) {
            out().println(
                            timetable.timing().schedules().isEmpty()
                                    ? "Workflow " + name
                                            + " has no schedule: it runs by hand or when datasets are updated."
                                    : "Workflow " + name
                                            + " never runs again: its end has come, or its calendar leaves out all its ticks.");
        } else {
            table(wall, ticks, skipped).print(out());
        }
        out().flush();
        return ticks.isEmpty() ? 1 : 0;
    }

    private static Table table(ZoneId wall, List<Tick> ticks, List<SkippedTick> skipped) {
        Table table = new Table("DUE (UTC)", Moments.name(wall), "INTERVAL FROM", "REMARK");
        List<SkippedTick> left = new ArrayList<>(skipped);
        for (Tick tick : ticks) {
            before(tick.dueAt(), left)
                    .forEach(each -> table.row("-", local(each.at(), wall), "-", "skipped: " + each.reason()));
            table.row(
                    tick.dueAt().toString(),
                    local(tick.dueAt(), wall),
                    local(tick.interval().start(), wall),
                    tick.remark().orElse(""));
        }
        return table;
    }

    private static ObjectNode json(String name, ZoneId wall, List<Tick> ticks, List<SkippedTick> skipped) {
        ObjectNode root = object().put("workflow", name).put("zone", Moments.name(wall));
        ArrayNode array = root.putArray("ticks");
        for (Tick tick : ticks) {
            array.addObject()
                    .put("at", tick.dueAt().toString())
                    .put("local", tick.dueAt().atZone(wall).toOffsetDateTime().toString())
                    .put("logicalTime", tick.logicalTime().toString())
                    .put("intervalStart", tick.interval().start().toString())
                    .put("intervalEnd", tick.interval().end().toString())
                    .put("remark", tick.remark().orElse(null));
        }
        addTo(root, skipped);
        return root;
    }

    private Instant begin(ZoneId wall) {
        return from == null ? clock.instant() : Moments.parse(from, wall);
    }

    private static String local(Instant at, ZoneId wall) {
        return LOCAL.format(at.atZone(wall));
    }

    private static ObjectNode object() {
        return JsonMapper.builder().build().createObjectNode();
    }

    private ParameterException refuse(String message) {
        return new ParameterException(commandSpec().commandLine(), message);
    }

    private PrintWriter out() {
        return commandSpec().commandLine().getOut();
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("A DagNextCommand is run by picocli's CommandLine.");
        }
        return spec;
    }
}
