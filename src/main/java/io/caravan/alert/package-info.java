/**
 * Alerts: signals of routes become incidents, and incidents become messages to the right people in time. Start reading at {@link io.caravan.alert.routing.RoutingTree}, which decides who hears of what.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.alert;
