package io.caravan.alert.answer;

import io.caravan.alert.routing.Person;
import io.caravan.alert.routing.Receiver;

/**
 * Who answers, and how.
 *
 * @param name for the audit trail, such as {@code ada} or {@code ops}
 * @param by such as {@code link} or {@code slack}
 * @param receiver with whose rights, zone and calendar
 */
public record Answerer(String name, String by, Receiver receiver) {
    static Answerer of(Person person, String by) {
        return new Answerer(person.name(), by, person.receivers().get(0));
    }

    static Answerer of(Receiver receiver) {
        return new Answerer(receiver.name(), "link", receiver);
    }

    /** As the audit trail has it. */
    public String who() {
        return name + " by " + by;
    }
}
