package io.caravan.alert.text;

import java.util.List;

/**
 * How much of a message is shown.
 *
 * @param incidents so many; the others are counted
 * @param characters so long may one text of an incident be
 */
record Detail(int incidents, int characters) {
    /** Tried in this order until the service takes the text. */
    static final List<Detail> FROM_MUCH_TO_LITTLE = List.of(
            new Detail(20, 1_000), new Detail(10, 500), new Detail(5, 300), new Detail(3, 200), new Detail(1, 120));

    /** As much as a plain text says. */
    static final Detail LEAST = FROM_MUCH_TO_LITTLE.get(FROM_MUCH_TO_LITTLE.size() - 1);
}
