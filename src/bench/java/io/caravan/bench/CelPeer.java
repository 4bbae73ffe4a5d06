package io.caravan.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The peer: the same conditions in CEL, of Google's cel-java, each asked of each record. CEL fails on an absent field, so that each condition first asks whether its fields are there. */
final class CelPeer {
    private static final Pattern FIELD = Pattern.compile("data\\.(\\w+)");
    private static final Pattern WHOLE = Pattern.compile("(?<![\\w.'])(\\d+)(?![\\w.'])");

    private final ObjectMapper json = new ObjectMapper();
    private final List<CelRuntime.Program> programs = new ArrayList<>();

    CelPeer(List<String> conditions) throws CelValidationException, CelEvaluationException {
        CelCompiler compiler = CelCompilerFactory.standardCelCompilerBuilder()
                .addVar("data", SimpleType.DYN)
                .setStandardMacros(CelStandardMacro.HAS)
                .build();
        CelRuntime runtime = CelRuntimeFactory.standardCelRuntimeBuilder().build();
        for (String condition : conditions) {
            programs.add(runtime.createProgram(compiler.compile(cel(condition)).getAst()));
        }
    }

    private static String cel(String condition) {
        StringBuilder there = new StringBuilder();
        FIELD.matcher(condition)
                .results()
                .map(field -> "has(data." + field.group(1) + ") && ")
                .distinct()
                .forEach(there::append);
        String doubles = WHOLE.matcher(condition).replaceAll("$1.0");
        return there + "(" + doubles.replace(" and ", " && ").replace(" or ", " || ") + ")";
    }

    /** Parses, then asks all. The answer is how many held. */
    long judge(byte[][] records) throws IOException, CelEvaluationException {
        long held = 0;
        for (byte[] record : records) {
            Map<String, Object> values = json.readValue(record, new TypeReference<>() {});
            for (CelRuntime.Program program : programs) {
                held += Boolean.TRUE.equals(program.eval(values)) ? 1 : 0;
            }
        }
        return held;
    }
}
