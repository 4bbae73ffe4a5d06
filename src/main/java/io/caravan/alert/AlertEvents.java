package io.caravan.alert;

import io.caravan.alert.rules.RulesReport;
import java.time.Duration;

/** What became of messages, for whoever counts. Called after the commit, from any thread. */
public interface AlertEvents {
    /**
     * A channel has taken a message.
     *
     * @param took from the first signal that it tells of
     */
    default void sent(Delivery delivery, Duration took) {}

    /** A try failed; the message is tried again. */
    default void retried(Delivery delivery, String error) {}

    /** A message can't be sent. */
    default void failed(Delivery delivery, String error) {}

    /** The service has said that a message that it took is there, or is read. */
    default void confirmed(Delivery delivery, DeliveryState state) {}

    /** The service has not said in time that a message is there; the next receiver was told. */
    default void unconfirmed(Delivery delivery) {}

    /** A text's template is broken; the message is told in the plain form. */
    default void textBroken(String template, String error) {}

    /** Stream rules have judged a batch. */
    default void rulesJudged(RulesReport report) {}
}
