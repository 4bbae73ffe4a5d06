package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.caravan.poll.plan.ProviderNumbers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PlanCommandTest {
    private static final String[] SEED =
            "--calls-per-minute 100 --page 250 --rate 200/s --burst 10000/s --cost-per-call 0.001".split(" ", -1);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void answersStandBesideTheirFormulaAndSimulation() {
        assertThat(plan(SEED)).isZero();
        assertThat(out.toString())
                .contains("416.7 records/s", "100 * 250 / 60", "agrees", "Every simulation agrees with its formula.")
                .doesNotContain("DIFFERS", "Buffer");
    }

    @Test
    void programsGetJson() throws Exception {
        assertThat(plan("--json", "--calls-per-minute", "100", "--page", "250", "--rate", "500/s"))
                .isZero();
        JsonNode plan = new ObjectMapper().readTree(out.toString());
        JsonNode drain = answer(plan, "pause-drain");
        assertThat(plan.get("confirmed").asBoolean()).isTrue();
        assertThat(answer(plan, "capacity").get("value").asDouble()).isBetween(416.6, 416.7);
        assertThat(drain.get("value").isNull()).isTrue();
        assertThat(drain.get("bounded").asBoolean()).isFalse();
    }

    @Test
    void aProvidersNumbersAreTakenAndOptionsOutrankThem() throws Exception {
        assertThat(plan("--provider", "acme", "--page", "500", "--json")).isZero();
        JsonNode plan = new ObjectMapper().readTree(out.toString());
        assertThat(answer(plan, "capacity").get("value").asDouble()).isBetween(833.3, 833.4);
    }

    @Test
    void anUnknownProviderIsToldWithTheKnownOnes() {
        assertThat(plan("--provider", "acne")).isEqualTo(2);
        assertThat(err.toString()).contains("No provider 'acne'. Known providers: acme.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--page 250 --rate 200/s|--calls-per-minute is missing; give it, such as --calls-per-minute 100",
                "--calls-per-minute 0 --page 250 --rate 200/s|--calls-per-minute is 0; set it to 1 or more",
                "--calls-per-minute 1 --page 250 --rate 200/fortnight|write /s, /min, /h or /day",
                "--calls-per-minute 1 --page 250 --rate many|'many' is no rate; write it such as 200/s",
                "--calls-per-minute 1 --page 250 --rate 9/s --burst 8/s|--burst is 8.0; set it above the mean rate",
                "--calls-per-minute 1 --page 250 --rate 9/s --cost-per-call -1|--cost-per-call is -1; set it to zero or more",
                "--calls-per-minute 1 --page 250 --rate 9/s --cost-per-day 1|--cost-per-call is 0; set it above zero",
                "--calls-per-minute 1 --page 250 --rate 9/s --pause soon|'soon' is no time; write it such as 15m",
                "--calls-per-minute 1 --page 250 --rate 9/s --buffer-out 12|--buffer-in-mean is missing",
                "--calls-per-minute 1 --page 250 --rate 9/s --buffer-out 12 --buffer-in-mean 5 --buffer-in-peak 4|--buffer-in-peak is 4.0; set it to the mean or more",
            })
    void senselessOptionsAreToldWithTheCure(String arguments, String message) {
        assertThat(plan(arguments.split(" ", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({"200/s, 200", "12000/min, 200", "5/h, 0.001388888888888889", "1_000_000/day, 11.574074074074074"})
    void ratesAreWrittenPerAnyTime(String text, double perSecond) {
        assertThat(new Quantities.PerSecond().convert(text)).isEqualTo(perSecond);
    }

    @ParameterizedTest
    @CsvSource({"5, 5", "5MB/min, 5", "1 GB/h, 16.666666666666668", "1MiB/s, 62.91456", "1000000B/min, 1"})
    void dataRatesHaveUnits(String text, double megabytesPerMinute) {
        assertThat(new Quantities.MegabytesPerMinute().convert(text)).isCloseTo(megabytesPerMinute, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource({
        "15m, PT15M",
        "PT15M, PT15M",
        "pt15m, PT15M",
        "60s, PT60S",
        "1h30m, PT1H30M",
        "500ms, PT0.5S",
        "1.5h, PT1H30M",
        "2d, PT48H"
    })
    void timesAreWrittenShortOrAsIso(String text, Duration duration) {
        assertThat(new Quantities.Time().convert(text)).isEqualTo(duration);
    }

    private int plan(String... arguments) {
        return new CommandLine(new PlanCommand(PlanCommandTest::known))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private static ProviderNumbers known(String provider) {
        if (!provider.equals("acme")) {
            throw new IllegalArgumentException("No provider '" + provider + "'. Known providers: acme.");
        }
        return new ProviderNumbers(
                OptionalInt.of(100),
                OptionalInt.of(250),
                OptionalDouble.of(20),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(new BigDecimal("0.001")),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Duration.ofMillis(300)));
    }

    private static JsonNode answer(JsonNode plan, String id) {
        for (JsonNode answer : plan.get("answers")) {
            if (answer.get("id").asText().equals(id)) {
                return answer;
            }
        }
        throw new AssertionError("no answer " + id);
    }
}
