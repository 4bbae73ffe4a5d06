package io.caravan.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.poll.PollPlan;
import io.caravan.poll.plan.Answer;
import io.caravan.poll.plan.CapacityPlan;
import io.caravan.poll.plan.CapacityQuestion;
import io.caravan.poll.plan.CapacityQuestion.BufferQuestion;
import io.caravan.poll.plan.ProviderNumbers;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code caravan plan}: what a provider's limit, page size and price mean for given arrivals. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells what a provider's limit, page size and price mean: capacity, calls and cost, latency, time to catch up, buffers.",
            "Each answer is shown with its formula and checked by a simulation that polls as the service does."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:answered",
            "1:a simulation contradicts its formula",
            "2:an option is missing or makes no sense"
        },
        footer = {
            "",
            "Example: caravan plan --calls-per-minute 100 --page 250 --rate 200/s --burst 10000/s --cost-per-call 0.001"
        })
public final class PlanCommand implements Callable<Integer> {
    private final Function<String, ProviderNumbers> providers;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--provider",
            paramLabel = "NAME",
            description =
                    "Take the numbers from this provider's bean and its observed rates; the options below outrank them.")
    private @Nullable String provider;

    @Option(names = "--calls-per-minute", paramLabel = "N", description = "The provider's limit.")
    private @Nullable Integer callsPerMinute;

    @Option(names = "--page", paramLabel = "N", description = "Most records of one call.")
    private @Nullable Integer page;

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            converter = Quantities.PerSecond.class,
            description = "Records that arrive, mean over any hour, such as 200/s or 12000/min.")
    private @Nullable Double rate;

    @Option(
            names = "--burst",
            paramLabel = "RATE",
            converter = Quantities.PerSecond.class,
            description = "Highest rate of arrivals. The worst burst uses up the hour's volume at this rate.")
    private @Nullable Double burst;

    @Option(
            names = "--rate-p90",
            paramLabel = "RATE",
            converter = Quantities.PerSecond.class,
            description = "Rate that arrivals don't exceed for 90 %% of the time.")
    private @Nullable Double rateP90;

    @Option(names = "--cost-per-call", paramLabel = "COST", description = "Price of a call, empty or not. Default: 0.")
    private @Nullable BigDecimal costPerCall;

    @Option(names = "--cost-per-day", paramLabel = "COST", description = "Most that a day may cost. Default: no limit.")
    private @Nullable BigDecimal costPerDay;

    @Option(
            names = "--freshness",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "How old a record may become before it is fetched, such as 60s. Default: 60s.")
    private @Nullable Duration freshness;

    @Option(
            names = "--call-time",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            description = "How long a call takes; a stream makes one after another. Default: 0s.")
    private @Nullable Duration callTime;

    @Option(
            names = "--pause",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            defaultValue = "15m",
            description = "For how long polling is interrupted. Default: ${DEFAULT-VALUE}.")
    private Duration pause = Duration.ofMinutes(15);

    @Option(
            names = "--buffer-in-mean",
            paramLabel = "SIZE",
            converter = Quantities.MegabytesPerMinute.class,
            description = "Input of a buffer on the mean of a day, such as 5MB/min; a bare number is MB/min.")
    private @Nullable Double bufferInMean;

    @Option(
            names = "--buffer-in-peak",
            paramLabel = "SIZE",
            converter = Quantities.MegabytesPerMinute.class,
            description = "Its input at the highest.")
    private @Nullable Double bufferInPeak;

    @Option(
            names = "--buffer-out",
            paramLabel = "SIZE",
            converter = Quantities.MegabytesPerMinute.class,
            description = "Its output, always.")
    private @Nullable Double bufferOut;

    @Option(
            names = "--buffer-peak",
            paramLabel = "TIME",
            converter = Quantities.Time.class,
            defaultValue = "1h",
            description = "How long a peak of its input lasts. Default: ${DEFAULT-VALUE}.")
    private Duration bufferPeak = Duration.ofHours(1);

    @Option(names = "--json", description = "Print for programs.")
    private boolean json;

    /** @param providers what is known of a provider by its name; throws IllegalArgumentException, naming the known ones, for any other */
    public PlanCommand(Function<String, ProviderNumbers> providers) {
        this.providers = providers;
    }

    @Override
    public Integer call() throws Exception {
        CapacityPlan plan = CapacityPlan.of(question());
        PrintWriter out = commandSpec().commandLine().getOut();
        if (json) {
            out.println(JsonMapper.builder()
                    .build()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(json(plan)));
        } else {
            print(plan, out);
        }
        out.flush();
        return plan.isConfirmed() ? 0 : 1;
    }

    private CapacityQuestion question() {
        try {
            ProviderNumbers known = provider == null ? ProviderNumbers.NONE : providers.apply(provider);
            return new CapacityQuestion(
                    need("--calls-per-minute", "100", first(callsPerMinute, boxed(known.callsPerMinute()))),
                    need("--page", "250", first(page, boxed(known.page()))),
                    need("--rate", "200/s", first(rate, boxed(known.rate()))),
                    optional(first(burst, boxed(known.burst()))),
                    optional(first(rateP90, boxed(known.rateP90()))),
                    first(costPerCall, known.costPerCall()).orElse(BigDecimal.ZERO),
                    first(costPerDay, known.costPerDay()),
                    first(freshness, known.freshness()).orElse(PollPlan.DEFAULT_FRESHNESS),
                    pause,
                    first(callTime, known.callTime()).orElse(Duration.ZERO),
                    buffer());
        } catch (IllegalArgumentException e) {
            throw refuse(asOption(String.valueOf(e.getMessage())));
        }
    }

    private Optional<BufferQuestion> buffer() {
        if (bufferInMean == null && bufferInPeak == null && bufferOut == null) {
            return Optional.empty();
        }
        return Optional.of(new BufferQuestion(
                need("--buffer-in-mean", "5", Optional.ofNullable(bufferInMean)),
                need("--buffer-in-peak", "20", Optional.ofNullable(bufferInPeak)),
                need("--buffer-out", "12", Optional.ofNullable(bufferOut)),
                bufferPeak));
    }

    private <T> T need(String option, String example, Optional<T> value) {
        return value.orElseThrow(() -> refuse(option + " is missing"
                + (provider == null ? "" : ", and provider " + provider + " doesn't tell it")
                + "; give it, such as " + option + " " + example));
    }

    private ParameterException refuse(String message) {
        return new ParameterException(commandSpec().commandLine(), message);
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("A PlanCommand is run by picocli's CommandLine.");
        }
        return spec;
    }

    /** The question names its parts as Java does, {@code costPerCall is -1; …}; people know them as options. */
    private static String asOption(String message) {
        int end = message.indexOf(" is ");
        boolean namesPart = end > 0 && message.substring(0, end).matches("[a-z]+([A-Z][a-z0-9]+)*");
        if (!namesPart) {
            return message;
        }
        return "--" + message.substring(0, end).replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
                + message.substring(end);
    }

    private static void print(CapacityPlan plan, PrintWriter out) {
        out.printf("%-26s %-18s %-18s %-8s %s%n", "", "ANSWER", "SIMULATED", "", "FORMULA");
        String assumed = "";
        for (Answer answer : plan.answers()) {
            if (!answer.assumption().equals(assumed) && !answer.assumption().isEmpty()) {
                out.printf("  if %s:%n", answer.assumption());
            }
            assumed = answer.assumption();
            out.printf(
                    "%-26s %-18s %-18s %-8s %s%n",
                    answer.title(),
                    answer.unit().format(answer.value()),
                    simulated(answer),
                    mark(answer),
                    answer.formula());
        }
        long wrong = plan.answers().stream().filter(Answer::isContradicted).count();
        out.printf(
                "%n%s%n",
                wrong == 0
                        ? "Every simulation agrees with its formula."
                        : wrong
                                + " simulations differ from their formula by more than it tolerates: trust the simulation, and report it as a defect.");
    }

    private static String simulated(Answer answer) {
        return answer.simulated().isPresent()
                ? answer.unit().format(answer.simulated().getAsDouble())
                : "-";
    }

    private static String mark(Answer answer) {
        if (answer.simulated().isEmpty()) {
            return "";
        }
        return answer.isContradicted() ? "DIFFERS" : "agrees";
    }

    private static ObjectNode json(CapacityPlan plan) {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        root.put("confirmed", plan.isConfirmed());
        var answers = root.putArray("answers");
        for (Answer answer : plan.answers()) {
            ObjectNode node = answers.addObject()
                    .put("id", answer.id())
                    .put("title", answer.title().strip())
                    .put("unit", answer.unit().symbol());
            put(node, "value", answer.value());
            node.put("bounded", Double.isFinite(answer.value()));
            node.put("formula", answer.formula());
            put(node, "simulated", answer.simulated().orElse(Double.NaN));
            node.put("contradicted", answer.isContradicted());
            node.put("assumption", answer.assumption());
        }
        return root;
    }

    /** JSON knows no infinity: null. */
    private static void put(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, value);
        } else {
            node.putNull(name);
        }
    }

    private static <T> Optional<T> first(@Nullable T option, Optional<T> known) {
        return option == null ? known : Optional.of(option);
    }

    private static Optional<Double> boxed(OptionalDouble value) {
        return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
    }

    private static Optional<Integer> boxed(OptionalInt value) {
        return value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty();
    }

    private static OptionalDouble optional(Optional<Double> value) {
        return value.map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }
}
