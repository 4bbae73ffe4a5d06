/**
 * When a run is due, and by when it should have ended: ticks of a timetable, catch-up, deadlines, datasets; pure, the caller brings the time. Start reading at {@link io.caravan.dag.schedule.Timetable}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.dag.schedule;
