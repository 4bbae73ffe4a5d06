package io.caravan.alert;

import java.util.Optional;

/** Something that must work for alerts to be right. While one of them doesn't, the service gives no sign of life. */
public interface Vital {
    /** What is wrong; empty: nothing. */
    Optional<String> trouble();
}
