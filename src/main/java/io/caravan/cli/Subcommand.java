package io.caravan.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that answers in words for people or in JSON for programs. What can't be done is told in its own words. */
abstract class Subcommand implements Callable<Integer> {
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
        } catch (IllegalArgumentException e) {
            return failed(e);
        }
    }

    /** What was refused, told in its own words. */
    final int failed(RuntimeException refusal) {
        spec().commandLine().getErr().println("caravan: " + refusal.getMessage());
        spec().commandLine().getErr().flush();
        return 1;
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
