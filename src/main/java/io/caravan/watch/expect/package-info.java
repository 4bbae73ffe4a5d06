/**
 * How much silence of a series is fine at present: windows set by hand, times in which nobody looked, the pace of polls, the week of its peers, and for merged streams what is expected of their members.
 * Start reading at {@link io.caravan.watch.expect.LiveProfiles}.
 */
@org.jspecify.annotations.NullMarked
package io.caravan.watch.expect;
