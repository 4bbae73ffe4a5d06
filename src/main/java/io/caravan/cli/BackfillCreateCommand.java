package io.caravan.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.calendar.Moments;
import io.caravan.dag.engine.BackfillPlan;
import io.caravan.dag.engine.BackfillPlan.Step;
import io.caravan.dag.engine.Reprocess;
import io.caravan.dag.steering.Backfills;
import io.caravan.dag.steering.Backfills.Wish;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code caravan dag backfill create}. */
@Command(
        name = "create",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Begins a backfill: a run for each logical time of a range that has none.",
            "The service makes them one after the other; it lasts until all have ended."
        },
        footer = {
            "",
            "Example: caravan dag backfill create rides --from 2026-03-01 --to 2026-03-31 --reprocess failed --dry-run"
        })
public final class BackfillCreateCommand extends DagSubcommand {
    private final DagDesk desk;

    @Parameters(paramLabel = "WORKFLOW", description = "Such as rides.")
    private String dag = "";

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TIME",
            description = "The first logical time, by the workflow's clock; a date is its beginning.")
    private String from = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "TIME",
            description = "The last one, included; a date is its end.")
    private String to = "";

    @Option(
            names = "--reprocess",
            paramLabel = "WHICH",
            defaultValue = "none",
            description =
                    "Which runs that exist run again, by the newest version: none, failed (also cancelled ones) or completed (all that have ended). Default: ${DEFAULT-VALUE}.")
    private String reprocess = "none";

    @Option(names = "--newest-first", description = "Backwards in time.")
    private boolean newestFirst;

    @Option(
            names = "--max-active-runs",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "How many of its runs are in progress at once, beside those of the schedule. Default: ${DEFAULT-VALUE}.")
    private int maxActiveRuns = 1;

    @Mixin
    private ParamOptions params = new ParamOptions();

    @Option(names = "--dry-run", description = "Only list each logical time with what would be done, and why.")
    private boolean dryRun;

    @Mixin
    private AuthorOptions author = new AuthorOptions();

    public BackfillCreateCommand(DagDesk desk) {
        this.desk = desk;
    }

    @Override
    int run() {
        desk.workflow(dag);
        ZoneId zone = desk.zone(dag);
        Wish wish = new Wish(dag, begin(zone), end(zone), newestFirst, which(), maxActiveRuns, params.given());
        Backfills backfills = desk.backfills();
        if (dryRun) {
            print(backfills.plan(wish));
            return 0;
        }
        UUID id = backfills.create(author.operator(), wish);
        if (isJson()) {
            say(object().put("backfill", id.toString()).put("dag", dag));
        } else {
            say("Backfill " + id + " of " + dag + " has begun. See: caravan dag backfill show " + dag);
        }
        return 0;
    }

    private Reprocess which() {
        return Stream.of(Reprocess.values())
                .filter(each -> each.name().equalsIgnoreCase(reprocess))
                .findFirst()
                .orElseThrow(() -> misused("--reprocess is '" + reprocess + "'; write none, failed or completed."));
    }

    private Instant begin(ZoneId zone) {
        return moment(from, zone);
    }

    private Instant end(ZoneId zone) {
        return to.matches("\\d{4}-\\d{2}-\\d{2}")
                ? moment(LocalDate.parse(to).plusDays(1).toString(), zone).minusNanos(1_000)
                : moment(to, zone);
    }

    private Instant moment(String text, ZoneId zone) {
        try {
            return Moments.parse(text, zone);
        } catch (IllegalArgumentException e) {
            throw misused(String.valueOf(e.getMessage()));
        }
    }

    private void print(BackfillPlan plan) {
        if (isJson()) {
            ObjectNode root = object().put("dag", dag).put("toRun", plan.toRun().size());
            ArrayNode steps = root.putArray("steps");
            for (Step step : plan.steps()) {
                steps.addObject()
                        .put("logicalTime", step.tick().logicalTime().toString())
                        .put("intervalStart", step.tick().interval().start().toString())
                        .put("intervalEnd", step.tick().interval().end().toString())
                        .put("action", step.action().name())
                        .put("reason", step.reason());
            }
            say(root);
            return;
        }
        Table table = new Table("LOGICAL TIME", "INTERVAL END", "WOULD", "WHY");
        plan.steps()
                .forEach(step -> table.row(
                        DagText.text(step.tick().logicalTime()),
                        DagText.text(step.tick().interval().end()),
                        step.action().name().toLowerCase(Locale.ROOT),
                        step.reason()));
        table.print(out());
        say(plan.toRun().size() + " of " + plan.steps().size() + " would be run.");
    }
}
