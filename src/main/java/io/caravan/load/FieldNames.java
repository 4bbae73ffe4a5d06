package io.caravan.load;

import java.util.Locale;

/** How field names and column names meet: {@code carId}, {@code CarID}, {@code car-id}, {@code Car Id} are {@code car_id}. */
final class FieldNames {
    private FieldNames() {}

    /** The name in snake case. */
    static String snake(String name) {
        StringBuilder snake = new StringBuilder(name.length() + 4);
        for (int at = 0; at < name.length(); at++) {
            char c = name.charAt(at);
            if (!Character.isLetterOrDigit(c)) {
                snake.append('_');
            } else if (beginsWord(name, at)) {
                snake.append('_').append(c);
            } else {
                snake.append(c);
            }
        }
        return snake.toString().toLowerCase(Locale.ROOT);
    }

    /** A capital after a small letter or digit (carId), or the last capital of an acronym before a small letter (HTTPPort). */
    private static boolean beginsWord(String name, int at) {
        if (at == 0 || !Character.isUpperCase(name.charAt(at)) || !Character.isLetterOrDigit(name.charAt(at - 1))) {
            return false;
        }
        boolean afterSmall = !Character.isUpperCase(name.charAt(at - 1));
        boolean beforeSmall = at + 1 < name.length() && Character.isLowerCase(name.charAt(at + 1));
        return afterSmall || beforeSmall;
    }
}
