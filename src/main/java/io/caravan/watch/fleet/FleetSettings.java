package io.caravan.watch.fleet;

import io.caravan.calendar.Shift;
import io.caravan.watch.cause.Severity;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * What people have written of a fleet. What is empty is said by nobody; {@link #over} puts one above another, field by field.
 *
 * @param name by which messages call it
 * @param tenant the customer to whom it belongs
 * @param provider whose outage silences it, when that isn't the one in its name
 * @param credential whose expiry silences it
 * @param country of its public holidays, such as {@code nl} or {@code de-by}
 * @param region where it drives; within a country whose holidays differ by region, the region's
 * @param zone by whose clock its week goes
 * @param calendars names of calendars whose special days it follows, instead of its country's holidays
 * @param schedule when it is expected to send, until that is learned
 * @param packetsPerHour how many it is expected to send in an hour of its schedule
 * @param severity of its silence; else as the cause says
 * @param owner who looks after it here
 * @param contact whom to write to at the customer's
 * @param maintenance when its silence is planned
 * @param worksOnHolidays holidays are days as any other
 * @param retireAfter a fleet that has been silent for so long is not missed any more
 * @param retireVehiclesAfter a vehicle that has been silent for so long isn't counted among the active ones
 * @param lagLimit how old its newest packet may be; else it is learned
 */
public record FleetSettings(
        Optional<String> name,
        Optional<String> tenant,
        Optional<String> provider,
        Optional<String> credential,
        Optional<String> country,
        Optional<String> region,
        Optional<ZoneId> zone,
        Optional<List<String>> calendars,
        Optional<List<Shift>> schedule,
        Optional<Double> packetsPerHour,
        Optional<Severity> severity,
        Optional<String> owner,
        Optional<String> contact,
        Optional<List<Maintenance>> maintenance,
        Optional<Boolean> worksOnHolidays,
        Optional<Duration> retireAfter,
        Optional<Duration> retireVehiclesAfter,
        Optional<Duration> lagLimit) {

    /** Nothing is said. */
    public static final FleetSettings NONE = new FleetSettings(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Longer than the longest holiday and a workshop after it, shorter than the six weeks in which a pattern forgets. */
    public static final Duration USUAL_RETIREMENT_OF_VEHICLES = Duration.ofDays(30);

    /** A quarter: who hasn't missed a fleet for so long won't. */
    public static final Duration USUAL_RETIREMENT = Duration.ofDays(90);

    public FleetSettings {
        calendars = calendars.map(List::copyOf);
        schedule = schedule.map(List::copyOf);
        maintenance = maintenance.map(List::copyOf);
    }

    /** These, and where they say nothing those below. */
    public FleetSettings over(FleetSettings below) {
        return new FleetSettings(
                name.or(below::name),
                tenant.or(below::tenant),
                provider.or(below::provider),
                credential.or(below::credential),
                country.or(below::country),
                region.or(below::region),
                zone.or(below::zone),
                calendars.or(below::calendars),
                schedule.or(below::schedule),
                packetsPerHour.or(below::packetsPerHour),
                severity.or(below::severity),
                owner.or(below::owner),
                contact.or(below::contact),
                maintenance.or(below::maintenance),
                worksOnHolidays.or(below::worksOnHolidays),
                retireAfter.or(below::retireAfter),
                retireVehiclesAfter.or(below::retireVehiclesAfter),
                lagLimit.or(below::lagLimit));
    }
}
