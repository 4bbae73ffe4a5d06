/** The language of stream rules' conditions: read by {@link io.caravan.alert.rules.condition.ConditionParser}, where to start, and asked of one record at a time. Conditions see data and nothing of Java. */
@org.jspecify.annotations.NullMarked
package io.caravan.alert.rules.condition;
