package io.caravan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Each benchmark measures what it says, if only a little of it: what can't be run is found here and not by whoever wants to measure. How fast it was is nobody's business here. */
class BenchIT {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            dag --rounds 1 --runs 5 --history 10 --workflows 0 --files 2  | a saved file is live, median ms
            watch --fleets 1200 --rounds 1                                | outage of 1,000 fleets, troubles told
            alert --rules 100 --rounds 1 --rate 2000 --seconds 1          | critical: record to webhook, p50, ms
            """)
    void measures(String arguments, String figure) throws Exception {
        assertThat(run(arguments + " --json").at("/figures").get(figure).asDouble())
                .isPositive();
    }

    @ParameterizedTest
    @CsvSource("load --pages 50 --records 200 --stock-records 20 --rounds 1 --python no-such-python --json")
    void measuresLoading(String arguments) throws Exception {
        assertThat(run(arguments).findValuesAsText("contender"))
                .contains("poll-dedup-load", "poll-load", "floor", "floor-with-parsing", "stock-camel");
    }

    private static JsonNode run(String arguments) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Bench.commands();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        assertThat(command.execute(arguments.split(" +"))).as(err::toString).isZero();
        return new ObjectMapper().readTree(out.toString());
    }
}
