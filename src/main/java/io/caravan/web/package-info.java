/**
 * Pages for people: an incident and what one can do about it, and the chat of the demo. HTML from templates that escape every value; they work without JavaScript. Start reading at
 * {@link io.caravan.web.AlertPages}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.web;
