package io.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@SuppressWarnings("UnusedVariable") // the parser fills them, by reflection
class WrongUsageTest {
    private enum Colour {
        red,
        green,
        blue
    }

    @Command(name = "send", mixinStandardHelpOptions = true)
    private static final class Send implements Callable<Integer> {
        @Parameters(paramLabel = "NUMBER")
        private long number;

        @Option(names = "--why", required = true, paramLabel = "REASON")
        private String why = "";

        @Option(names = "--limit", paramLabel = "COUNT")
        private int limit;

        @Option(names = "--cost", paramLabel = "MONEY")
        private @Nullable BigDecimal cost;

        @Option(names = "--colour", paramLabel = "COLOUR")
        private @Nullable Colour colour;

        @Option(names = "--ids", paramLabel = "ID")
        private List<Long> ids = List.of();

        @Option(
                names = {"-p", "--param"},
                paramLabel = "NAME=VALUE")
        private Map<String, String> params = Map.of();

        @Option(names = "--timeout", paramLabel = "TIME", converter = Quantities.Time.class)
        private @Nullable Duration timeout;

        @Option(names = "--json")
        private boolean json;

        @Override
        public Integer call() {
            return 0;
        }
    }

    private static final class Either {
        @Option(names = "--success")
        private boolean success;

        @Option(names = "--until", paramLabel = "WHEN")
        private @Nullable String until;
    }

    @Command(name = "mark", mixinStandardHelpOptions = true)
    private static final class Mark implements Callable<Integer> {
        @ArgGroup(multiplicity = "1")
        private @Nullable Either either;

        @Override
        public Integer call() {
            return 0;
        }
    }

    @Command(name = "caravan", mixinStandardHelpOptions = true)
    private static final class Root {}

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "send 1 --why x --limti 3 | '--limti' is no option of caravan send; did you mean '--limit'?",
                "send 1 --why x --nonsense=3 | '--nonsense' is no option of caravan send.",
                "send 1 --wyh x | '--wyh' is no option of caravan send; did you mean '--why'?",
                "send 1 | --why REASON is missing.",
                "send | --why REASON and NUMBER are missing.",
                "send 1 --why | --why needs a value: --why REASON.",
                "send 1 --limit --why x | --limit needs a value: --limit COUNT.",
                "send 1 2 3 --why x | '2 3' is more than caravan send takes; put an argument with blanks into quotes.",
                "send one --why x | NUMBER is 'one'; give a whole number.",
                "send 1 --why x --limit 99999999999 | --limit is '99999999999'; that is too large.",
                "send 1 --why x --limit 1 --limit 2 | --limit is given twice; give it once.",
                "send 1 --why x --cost ten | --cost is 'ten'; give a number.",
                "send 1 --why x --ids ten | --ids is 'ten'; give a whole number.",
                "send 1 --why x --colour pink | --colour is 'pink'; give red, green or blue.",
                "send 1 --why x --param pink | --param is 'pink'; write it as NAME=VALUE.",
                "send 1 --why x --json=3 | --json takes no value; leave out '=3'.",
                "send 1 --why x --timeout soon | --timeout: 'soon' is no time; write it such as 15m, 1h30m, 500ms or PT15M.",
                "mark | Give one of --success, --until WHEN.",
                "mark --success --until 3 | --success, --until=WHEN are mutually exclusive (specify only one).",
                "sned | 'sned' is no command of caravan; did you mean 'send'?",
            })
    void whatTheParserFindsIsASentenceWithItsCure(String words, String sentence) {
        assertThat(run(words.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines())
                .hasSize(2)
                .startsWith(sentence)
                .last()
                .asString()
                .startsWith("See: caravan")
                .endsWith(" --help");
    }

    @Test
    void whereNothingIsMeantTheCommandsAreShown() {
        assertThat(run("nonsense")).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("'nonsense' is no command of caravan.")
                .contains("Usage: caravan");
    }

    private int run(String... words) {
        return new CommandLine(new Root())
                .addSubcommand(new Send())
                .addSubcommand(new Mark())
                .setParameterExceptionHandler(new WrongUsage())
                .setErr(new PrintWriter(err))
                .execute(words);
    }
}
