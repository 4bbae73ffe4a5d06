package io.caravan.simulator;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What kind of provider is simulated. {@link #standard()} is the provider of the demo; {@link #calm()} is the one for
 * tests: no repeats, no defects, no bursts. Each {@code with…} gives a changed copy.
 *
 * @param seed the same seed gives the same records at the same seconds
 * @param callsPerMinute calls admitted in any 60 s; more are answered 429
 * @param pageSize most records in one page; a higher {@code limit} is cut to it
 * @param fleets whose vehicles send
 * @param meanRate packets a second, as a mean over the week
 * @param burstRate packets a second while a burst lasts
 * @param burstsPerHour bursts an hour; what they carry is taken from the rest of the hour
 * @param burst how long one lasts
 * @param since the provider keeps packets that arrived from here on; absent: from the start of the simulator
 * @param resent share of packets that are sent once more within {@code resentWithin}, with their keys in another order
 * @param resentWithin the longest time between a packet and its repeat
 * @param malformedRecords share of records with a defect
 * @param faultyCalls share of calls that end in 5xx, a slow answer or a lost connection
 * @param badPages share of calls answered 200 with something else than a page
 * @param latency what every answer takes at least
 * @param auth how callers prove who they are
 * @param tokenLifetime of an OAuth2 access token
 * @param lockAfter refused calls in a row after which the account is locked for good (403); 0: never
 * @param gzip compress for callers that accept it
 * @param limitHeaders how answers tell what is left of the limit
 */
public record SimulatorSettings(
        long seed,
        int callsPerMinute,
        int pageSize,
        List<SimulatedFleet> fleets,
        double meanRate,
        double burstRate,
        int burstsPerHour,
        Duration burst,
        Optional<Instant> since,
        double resent,
        Duration resentWithin,
        double malformedRecords,
        double faultyCalls,
        double badPages,
        Duration latency,
        Auth auth,
        Duration tokenLifetime,
        int lockAfter,
        boolean gzip,
        LimitHeaders limitHeaders) {

    /** Most packets that one vehicle sends for one second. */
    static final int PACKETS_PER_VEHICLE_SECOND = 4;

    /** How a caller proves who it is. The credentials are those of {@link Credentials}. */
    public enum Auth {
        NONE,
        API_KEY,
        BASIC,
        BEARER,
        OAUTH2
    }

    /** The headers in use on the web for what is left of a limit. */
    public enum LimitHeaders {
        NONE,
        /** {@code RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset}: seconds. */
        RATELIMIT,
        /** {@code X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset}: seconds since 1970. */
        X_RATELIMIT,
        /** {@code RateLimit: "minute";r=99;t=5} with its {@code RateLimit-Policy}. */
        STRUCTURED
    }

    public SimulatorSettings {
        fleets = List.copyOf(fleets);
        require(callsPerMinute > 0, "callsPerMinute", callsPerMinute, "at least 1");
        require(pageSize > 0, "pageSize", pageSize, "at least 1");
        require(!fleets.isEmpty(), "fleets", fleets, "one fleet or more");
        require(meanRate >= 0, "meanRate", meanRate, "0 or more packets a second");
        require(burstRate >= 0, "burstRate", burstRate, "0 or more packets a second");
        require(isShare(resent), "resent", resent, "a share from 0 to 1");
        require(isShare(malformedRecords), "malformedRecords", malformedRecords, "a share from 0 to 1");
        require(isShare(faultyCalls + badPages), "faultyCalls + badPages", faultyCalls + badPages, "a share up to 1");
        require(resentWithin.toSeconds() > 0, "resentWithin", resentWithin, "at least a second");
        int most = PACKETS_PER_VEHICLE_SECOND
                * fleets.stream().mapToInt(SimulatedFleet::vehicles).sum();
        require(burstsPerHour == 0 || burstRate <= most, "burstRate", burstRate, "at most 4 for each vehicle: " + most);
    }

    /** The provider of the demo: 100 calls a minute, 200 packets a second in the mean, bursts, repeats, defects. */
    public static SimulatorSettings standard() {
        ZoneId amsterdam = ZoneId.of("Europe/Amsterdam");
        return new SimulatorSettings(
                1,
                100,
                250,
                List.of(
                        new SimulatedFleet("harbour", 900, Rhythm.CONSTANT, amsterdam),
                        new SimulatedFleet("parcels", 900, Rhythm.TWO_SHIFTS, amsterdam),
                        new SimulatedFleet("school", 300, Rhythm.DAY_SHIFT, amsterdam),
                        new SimulatedFleet("roads", 300, Rhythm.NIGHT_SHIFT, amsterdam),
                        new SimulatedFleet("coast", 600, Rhythm.TWO_SHIFTS, ZoneId.of("America/Los_Angeles"))),
                200,
                10_000,
                1,
                Duration.ofSeconds(5),
                Optional.empty(),
                0.02,
                Duration.ofMinutes(30),
                0.001,
                0.005,
                0.001,
                Duration.ofMillis(40),
                Auth.NONE,
                Duration.ofHours(1),
                0,
                true,
                LimitHeaders.RATELIMIT);
    }

    /** A provider without surprises: three constant fleets, 200 packets a second, each packet once and whole. */
    public static SimulatorSettings calm() {
        return standard()
                .withFleets(
                        SimulatedFleet.constant("north", 1_000),
                        SimulatedFleet.constant("south", 1_000),
                        SimulatedFleet.constant("west", 1_000))
                .withBursts(0, 0, Duration.ZERO)
                .withResent(0)
                .withMalformedRecords(0)
                .withFaults(0, 0)
                .withLatency(Duration.ZERO)
                .withGzip(false);
    }

    public SimulatorSettings withSeed(long value) {
        return changed(copy -> copy.seed = value);
    }

    public SimulatorSettings withCallsPerMinute(int value) {
        return changed(copy -> copy.callsPerMinute = value);
    }

    public SimulatorSettings withPageSize(int value) {
        return changed(copy -> copy.pageSize = value);
    }

    public SimulatorSettings withFleets(SimulatedFleet... value) {
        return changed(copy -> copy.fleets = List.of(value));
    }

    public SimulatorSettings withMeanRate(double value) {
        return changed(copy -> copy.meanRate = value);
    }

    public SimulatorSettings withBursts(int perHour, double rate, Duration lasting) {
        return changed(copy -> {
            copy.burstsPerHour = perHour;
            copy.burstRate = rate;
            copy.burst = lasting;
        });
    }

    public SimulatorSettings withSince(Instant value) {
        return changed(copy -> copy.since = Optional.of(value));
    }

    public SimulatorSettings withResent(double value) {
        return changed(copy -> copy.resent = value);
    }

    public SimulatorSettings withResentWithin(Duration value) {
        return changed(copy -> copy.resentWithin = value);
    }

    public SimulatorSettings withMalformedRecords(double value) {
        return changed(copy -> copy.malformedRecords = value);
    }

    public SimulatorSettings withFaults(double calls, double pages) {
        return changed(copy -> {
            copy.faultyCalls = calls;
            copy.badPages = pages;
        });
    }

    public SimulatorSettings withLatency(Duration value) {
        return changed(copy -> copy.latency = value);
    }

    public SimulatorSettings withAuth(Auth value) {
        return changed(copy -> copy.auth = value);
    }

    public SimulatorSettings withTokenLifetime(Duration value) {
        return changed(copy -> copy.tokenLifetime = value);
    }

    public SimulatorSettings withLockAfter(int value) {
        return changed(copy -> copy.lockAfter = value);
    }

    public SimulatorSettings withGzip(boolean value) {
        return changed(copy -> copy.gzip = value);
    }

    public SimulatorSettings withLimitHeaders(LimitHeaders value) {
        return changed(copy -> copy.limitHeaders = value);
    }

    private SimulatorSettings changed(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.settings();
    }

    /** The same settings while one of them is being changed. */
    private static final class Copy {
        private long seed;
        private int callsPerMinute;
        private int pageSize;
        private List<SimulatedFleet> fleets;
        private double meanRate;
        private double burstRate;
        private int burstsPerHour;
        private Duration burst;
        private Optional<Instant> since;
        private double resent;
        private Duration resentWithin;
        private double malformedRecords;
        private double faultyCalls;
        private double badPages;
        private Duration latency;
        private Auth auth;
        private Duration tokenLifetime;
        private int lockAfter;
        private boolean gzip;
        private LimitHeaders limitHeaders;

        Copy(SimulatorSettings from) {
            seed = from.seed;
            callsPerMinute = from.callsPerMinute;
            pageSize = from.pageSize;
            fleets = from.fleets;
            meanRate = from.meanRate;
            burstRate = from.burstRate;
            burstsPerHour = from.burstsPerHour;
            burst = from.burst;
            since = from.since;
            resent = from.resent;
            resentWithin = from.resentWithin;
            malformedRecords = from.malformedRecords;
            faultyCalls = from.faultyCalls;
            badPages = from.badPages;
            latency = from.latency;
            auth = from.auth;
            tokenLifetime = from.tokenLifetime;
            lockAfter = from.lockAfter;
            gzip = from.gzip;
            limitHeaders = from.limitHeaders;
        }

        SimulatorSettings settings() {
            return new SimulatorSettings(
                    seed,
                    callsPerMinute,
                    pageSize,
                    fleets,
                    meanRate,
                    burstRate,
                    burstsPerHour,
                    burst,
                    since,
                    resent,
                    resentWithin,
                    malformedRecords,
                    faultyCalls,
                    badPages,
                    latency,
                    auth,
                    tokenLifetime,
                    lockAfter,
                    gzip,
                    limitHeaders);
        }
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }

    private static void require(boolean holds, String name, Object value, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "Simulator setting " + name + " is " + value + "; it must be " + wanted + ".");
        }
    }
}
