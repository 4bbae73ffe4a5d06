/** The house's front door: {@link io.caravan.Main} wires the rooms together; start reading there. */
@org.jspecify.annotations.NullMarked
package io.caravan;
