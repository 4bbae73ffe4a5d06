/** Stream rules: conditions on the records that flow through a route, which raise and resolve alerts for each asset. Start reading at {@link io.caravan.alert.rules.StreamRules}; {@link io.caravan.alert.rules.RuleProgress} decides. */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.rules;
