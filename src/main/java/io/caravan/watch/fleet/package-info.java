/**
 * What people write of fleets beside what their packets teach: where they are at home, which calendars they follow, when they rest by plan, and to whom they matter.
 * Start reading at {@link io.caravan.watch.fleet.Fleets}, which answers for any fleet, and {@link io.caravan.watch.fleet.FleetsFile} for config/fleets.yaml.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.fleet;
