package io.caravan.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One member of a packet's data: a name with its JSON text, or with further signals below it. */
record Signal(String name, String json, boolean decimal, List<Signal> nested) {
    static Signal number(String name, long value) {
        return new Signal(name, Long.toString(value), false, List.of());
    }

    /** {@code decimal("battery_voltage", 1250, 2)} is 12.50. */
    static Signal decimal(String name, int units, int digits) {
        int scale = 1;
        for (int i = 0; i < digits; i++) {
            scale *= 10;
        }
        String fraction = Integer.toString(scale + units % scale).substring(1);
        return new Signal(name, units / scale + "." + fraction, true, List.of());
    }

    static Signal flag(String name, boolean value) {
        return new Signal(name, Boolean.toString(value), false, List.of());
    }

    static Signal text(String name, String value) {
        return new Signal(name, '"' + value + '"', false, List.of());
    }

    static Signal list(String name, String first, String second) {
        return new Signal(name, "[\"" + first + "\",\"" + second + "\"]", false, List.of());
    }

    static Signal nested(String name, Signal... signals) {
        return new Signal(name, "", false, List.of(signals));
    }

    static void appendAll(StringBuilder json, List<Signal> signals) {
        char separator = '{';
        for (Signal signal : signals) {
            json.append(separator).append('"').append(signal.name).append("\":");
            if (signal.nested.isEmpty()) {
                json.append(signal.json);
            } else {
                appendAll(json, signal.nested);
            }
            separator = ',';
        }
        json.append('}');
    }

    static String shuffled(List<Signal> signals, SplittableRandom chance) {
        List<String> members = new ArrayList<>();
        for (Signal signal : signals) {
            String value = signal.nested.isEmpty() ? signal.json : shuffled(signal.nested, chance);
            String zero = signal.decimal && chance.nextInt(8) == 0 ? "0" : "";
            members.add('"' + signal.name + "\":" + value + zero);
        }
        return "{" + String.join(",", shuffle(members, chance)) + "}";
    }

    static List<String> shuffle(List<String> members, SplittableRandom chance) {
        for (int i = members.size() - 1; i > 0; i--) {
            String other = members.set(chance.nextInt(i + 1), members.get(i));
            members.set(i, other);
        }
        return members;
    }
}
