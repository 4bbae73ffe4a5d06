package io.caravan.watch.fleet;

import java.util.regex.Pattern;

/** Names of fleets, {@code <provider>/<fleet>}, in which {@code *} stands for any text, also none. */
record FleetPattern(String text, Pattern regex) {
    static FleetPattern parse(String text) {
        StringBuilder regex = new StringBuilder();
        for (String literal : text.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(literal.isEmpty() ? "(?:)" : Pattern.quote(literal));
        }
        return new FleetPattern(text, Pattern.compile(regex.toString()));
    }

    /** Whether it can mean one name only. */
    boolean isExact() {
        return text.indexOf('*') < 0;
    }

    boolean matches(String name) {
        return isExact() ? text.equals(name) : regex.matcher(name).matches();
    }
}
