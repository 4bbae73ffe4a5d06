package io.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.caravan.dag.RefusedException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What the commands of {@code caravan dag} share: what they print, and how they tell what can't be done. */
abstract class DagSubcommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--json", description = "Print JSON for programs; its keys don't change.")
    private boolean json;

    /** The exit code. */
    abstract int run();

    @Override
    public Integer call() {
        try {
            return run();
        } catch (RefusedException e) {
            spec().commandLine().getErr().println("caravan: " + e.getMessage());
            spec().commandLine().getErr().flush();
            return 1;
        }
    }

    final boolean isJson() {
        return json;
    }

    final PrintWriter out() {
        return spec().commandLine().getOut();
    }

    final void say(String line) {
        out().println(line);
        out().flush();
    }

    final void say(JsonNode answer) {
        say(answer.toPrettyString());
    }

    final ParameterException misused(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static ArrayNode array() {
        return JsonNodeFactory.instance.arrayNode();
    }

    private CommandSpec spec() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not set up this command");
        }
        return spec;
    }
}
