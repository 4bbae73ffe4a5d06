package io.caravan.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetTrafficTest {
    private static final Instant NOON = Instant.parse("2026-03-02T12:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void theSameSeedAndTimeGiveTheSameRecordsInAnyOrderOfReading() {
        SimulatorSettings settings = SimulatorSettings.standard();
        FleetTraffic once = new FleetTraffic(settings, NOON);
        FleetTraffic again = new FleetTraffic(settings, NOON);
        long available = once.available(NOON.plusSeconds(30));

        assertThat(again.available(NOON.plusSeconds(30))).isEqualTo(available);
        List<ServedRecord> backwards = again.read(available - 100, available);
        assertThat(once.read(0, available)).endsWith(backwards.toArray(ServedRecord[]::new));
    }

    @Test
    void aCursorLeadsToTheSamePlaceAfterARestart() {
        SimulatorSettings settings = SimulatorSettings.calm().withSince(NOON);
        FleetTraffic before = new FleetTraffic(settings, NOON);
        before.available(NOON.plusSeconds(60));
        String cursor = before.cursorAt(1_234);

        FleetTraffic after = new FleetTraffic(settings, NOON.plusSeconds(60));
        after.available(NOON.plusSeconds(60));
        assertThat(after.ordinalAt(cursor)).isEqualTo(1_234);
    }

    @Test
    void anHourBringsItsMeanWhetherItBurstsOrNot() {
        SimulatorSettings calm = SimulatorSettings.calm();
        SimulatorSettings bursting = calm.withBursts(3, 10_000, Duration.ofSeconds(10));

        assertThat(hour(calm)).isBetween(719_000L, 721_000L);
        assertThat(hour(bursting)).isBetween(719_000L, 721_000L);
    }

    @Test
    void aBurstReachesItsRate() {
        FleetTraffic traffic =
                new FleetTraffic(SimulatorSettings.calm().withBursts(1, 10_000, Duration.ofSeconds(10)), NOON);
        long most = IntStream.range(0, 3600)
                .mapToLong(second ->
                        traffic.available(NOON.plusSeconds(second + 1L)) - traffic.available(NOON.plusSeconds(second)))
                .max()
                .orElseThrow();

        assertThat(most).isBetween(9_990L, 10_010L);
    }

    @Test
    void aFleetOfTheDayShiftIsSilentAtNight() {
        ZoneId amsterdam = ZoneId.of("Europe/Amsterdam");
        FleetTraffic traffic = new FleetTraffic(
                SimulatorSettings.calm().withFleets(new SimulatedFleet("school", 900, Rhythm.DAY_SHIFT, amsterdam)),
                Instant.parse("2026-03-02T22:00:00Z"));

        assertThat(traffic.available(Instant.parse("2026-03-03T03:00:00Z"))).isZero();
        assertThat(traffic.available(Instant.parse("2026-03-03T11:00:00Z"))).isGreaterThan(720_000);
    }

    @Test
    void newPacketsAreAllDifferentAndThoseOfOneVehicleAndSecondShareNoField() {
        FleetTraffic traffic = new FleetTraffic(SimulatorSettings.calm().withMeanRate(3_000), NOON);
        Map<String, Set<String>> fieldsOfVehicleSecond = new HashMap<>();
        int together = 0;
        for (ServedRecord record : traffic.read(0, 100_000)) {
            JsonNode packet = json(record);
            Set<String> fields = fieldsOfVehicleSecond.computeIfAbsent(
                    packet.get("car_id") + "@" + packet.get("rtc_time"), key -> new HashSet<>());
            together += fields.isEmpty() ? 0 : 1;
            packet.get("data")
                    .fieldNames()
                    .forEachRemaining(
                            field -> assertThat(fields.add(field)).as(field).isTrue());
        }
        assertThat(together).isGreaterThan(10_000);
    }

    @Test
    void aRepeatIsTheSamePacketWithinItsTimeAndWithOtherBytes() {
        FleetTraffic traffic = new FleetTraffic(SimulatorSettings.calm().withResent(0.1), NOON);
        Map<Long, JsonNode> first = new HashMap<>();
        int repeats = 0;
        for (ServedRecord record : traffic.read(0, 50_000)) {
            JsonNode packet = json(record);
            JsonNode original = first.putIfAbsent(record.identity(), packet);
            if (original != null) {
                repeats++;
                assertThat(packet.get("data")).isEqualTo(original.get("data"));
                assertThat(packet.get("rtc_time")).isEqualTo(original.get("rtc_time"));
                assertThat(Duration.between(created(original), created(packet)))
                        .isLessThan(Duration.ofMinutes(30))
                        .isGreaterThanOrEqualTo(Duration.ZERO);
                assertThat(record.text()).isNotEqualTo(traffic.original(record.identity()));
            }
        }
        assertThat(repeats).isBetween(200, 5_000);
    }

    @Test
    void everyKindOfDefectTurnsUp() {
        FleetTraffic traffic = new FleetTraffic(SimulatorSettings.calm().withMalformedRecords(0.02), NOON);
        Set<String> defects = new HashSet<>();
        traffic.read(0, 20_000).forEach(record -> defects.add(record.defect()));

        assertThat(defects).hasSize(Defect.values().length + 1);
    }

    @Test
    void arrivalsAreCountedToTheMillisecond() {
        FleetTraffic traffic = new FleetTraffic(SimulatorSettings.calm(), NOON);
        Instant later = NOON.plusSeconds(100);
        long before = traffic.arrivedBefore(NOON.plusMillis(50_500), later);
        List<ServedRecord> around = traffic.read(before - 1, before + 1);

        assertThat(created(json(around.get(0)))).isBefore(NOON.plusMillis(50_500));
        assertThat(created(json(around.get(1)))).isAfterOrEqualTo(NOON.plusMillis(50_500));
    }

    private static long hour(SimulatorSettings settings) {
        return new FleetTraffic(settings, NOON).available(NOON.plusSeconds(3600));
    }

    private static Instant created(JsonNode packet) {
        return Instant.parse(packet.get("created_at").textValue());
    }

    private static JsonNode json(ServedRecord record) {
        try {
            return JSON.readTree(record.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
