/**
 * History run through the detector that the service uses: counts from a file become arrivals, a simulated clock judges them, and a report tells false alarms a year and delays. Start reading at
 * {@link io.caravan.watch.history.HistoryReplay}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.history;
