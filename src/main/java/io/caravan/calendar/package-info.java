/**
 * When things happen: schedules with their daylight-saving rules, data intervals, and calendars of shifts and holidays; pure java.time. Start reading at
 * {@link io.caravan.calendar.Schedule}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.calendar;
