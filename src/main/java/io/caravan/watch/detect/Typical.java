package io.caravan.watch.detect;

import java.time.Instant;

/**
 * What a series typically sends in a part of its week, by its pattern and calendar, whatever today's level is.
 *
 * @param packets their mean
 * @param spread a standard deviation of them: differences between days and between hours
 * @param vehicles mean of distinct vehicles an hour; 0 when vehicles aren't known
 */
public record Typical(Instant from, Instant until, double packets, double spread, double vehicles) {

    static Typical of(Pattern pattern, ExpectedWeek week, Instant from, Instant until) {
        double packets = 0;
        double vehicles = 0;
        double hours = 0;
        long end = until.getEpochSecond();
        for (long at = from.getEpochSecond(); at < end; ) {
            int hour = (int) Math.floorDiv(at, (long) HourCount.SECONDS);
            long next = Math.min(end, (hour + 1L) * HourCount.SECONDS);
            double part = (next - at) / (double) HourCount.SECONDS;
            week.at(hour);
            packets += week.packets() * part;
            vehicles += week.vehicles() * part;
            hours += part;
            at = next;
        }
        double betweenDays = packets * packets / pattern.dayEffect();
        double betweenHours = packets * pattern.get(Trait.PACKET_DISPERSION);
        return new Typical(
                from, until, packets, Math.sqrt(betweenDays + betweenHours), hours > 0 ? vehicles / hours : 0);
    }
}
