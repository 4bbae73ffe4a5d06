/**
 * Calendars as files: {@code config/calendars/<name>.yaml} read into {@link io.caravan.calendar.BusinessCalendar}, with public holidays of countries and iCalendar files. Start reading at
 * {@link io.caravan.calendar.files.Calendars}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.calendar.files;
