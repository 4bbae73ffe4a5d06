package io.caravan.dag.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the output of a task whose output decides. Pure. */
public final class Choice {
    private Choice() {}

    /** The tasks that a branch chose: an array of names, one name, or several separated by commas; none when there is no output. */
    static List<String> of(@Nullable JsonNode output) {
        List<String> chosen = new ArrayList<>();
        if (output != null && output.isArray()) {
            output.forEach(each -> chosen.add(each.asText()));
        } else if (output != null && !output.isNull()) {
            Arrays.stream(output.asText().split(","))
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .forEach(chosen::add);
        }
        return chosen;
    }

    /** No is: nothing, false, 0, an empty text, list or object, and the texts "false", "no" and "0". */
    public static boolean isYes(@Nullable JsonNode output) {
        if (output == null || output.isNull() || output.isMissingNode()) {
            return false;
        }
        if (output.isContainerNode()) {
            return !output.isEmpty();
        }
        if (output.isNumber()) {
            return output.decimalValue().signum() != 0;
        }
        return !List.of("", "false", "no", "0").contains(output.asText().strip().toLowerCase(java.util.Locale.ROOT));
    }
}
