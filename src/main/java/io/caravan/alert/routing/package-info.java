/**
 * Who hears of an alert, where and when: {@code config/alerts.yaml} as pure decisions. Start reading at {@link io.caravan.alert.routing.RoutingTree}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.routing;
