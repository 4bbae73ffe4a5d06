/**
 * A provider's API that behaves like a real one, with its limits, faults and repeats, and a ledger of all it served.
 * Start at {@link io.caravan.simulator.ProviderSimulator}; what it serves is made by {@link io.caravan.simulator.FleetTraffic}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.simulator;
