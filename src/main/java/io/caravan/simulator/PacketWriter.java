package io.caravan.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes single packets. A vehicle reports by groups of signals; in one second it sends several groups, each in a packet of
 * its own, so that packets of one vehicle and second never share a field and no two new packets are equal.
 */
final class PacketWriter {
    private static final int GROUPS = 6;
    private static final int BUFFERED_GROUP = GROUPS;
    private static final int VEHICLE_IDS_PER_FLEET = 100_000;
    private static final double BUFFERED_SHARE = 0.01;

    private final List<SimulatedFleet> fleets;
    private final Dice dice;

    PacketWriter(List<SimulatedFleet> fleets, Dice dice) {
        this.fleets = fleets;
        this.dice = dice;
    }

    /** Arrivals of one second are spread evenly over it, to the millisecond. */
    static Instant arrival(long second, int index, int total) {
        return Instant.ofEpochSecond(second, index * 1000L / total * 1_000_000L);
    }

    /**
     * The packet in a slot of a second. Four slots are three vehicles, the second of which sends two groups; when all
     * vehicles have sent, they send their next groups.
     */
    Packet packet(long second, int fleet, int slot) {
        int vehicles = fleets.get(fleet).vehicles();
        int turn = slot / 4 * 3 + (slot % 4 + 1) / 2;
        int sweep = turn / vehicles;
        boolean secondOfPair = slot % 4 == 2;
        SplittableRandom order = dice.at(second, -1L - fleet);
        int vehicle = (int) ((order.nextInt(vehicles) + (long) stride(order, vehicles) * (turn % vehicles)) % vehicles);
        int group = (order.nextInt(GROUPS) + 2 * sweep + (secondOfPair ? 1 : 0)) % GROUPS;
        SplittableRandom values = dice.at(second, (long) fleet << 24 | slot);
        boolean buffered = sweep == 0 && !secondOfPair && values.nextDouble() < BUFFERED_SHARE;
        // a delay that is fixed for the vehicle keeps its seconds apart; a buffered packet has fields of its own
        int delay = buffered ? 600 + vehicle % 300 : vehicle * 7 % 20;
        return new Packet(
                (fleet + 1) * VEHICLE_IDS_PER_FLEET + vehicle,
                fleets.get(fleet).id(),
                Instant.ofEpochSecond(second - delay),
                signals(buffered ? BUFFERED_GROUP : group, values));
    }

    private static int stride(SplittableRandom order, int vehicles) {
        int stride = 1 + order.nextInt(vehicles);
        while (greatestCommonDivisor(stride, vehicles) != 1) {
            stride = 1 + stride % vehicles;
        }
        return stride;
    }

    private static int greatestCommonDivisor(int a, int b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    private static List<Signal> signals(int group, SplittableRandom values) {
        return switch (group) {
            case 0 ->
                List.of(
                        Signal.decimal("latitude", 51_900_000 + values.nextInt(500_000), 6),
                        Signal.decimal("longitude", 4_300_000 + values.nextInt(900_000), 6),
                        Signal.number("heading", values.nextInt(360)));
            case 1 ->
                List.of(
                        Signal.decimal("vehicle_speed", values.nextInt(1_300), 1),
                        Signal.number("engine_speed", 700 + values.nextInt(3_000)),
                        Signal.decimal("odometer", 1_000_000 + values.nextInt(1_000_000), 1));
            case 2 ->
                List.of(
                        Signal.decimal("fuel_level", values.nextInt(1_000), 1),
                        Signal.decimal("battery_voltage", 1_150 + values.nextInt(300), 2),
                        Signal.flag("charging", values.nextInt(10) == 0));
            case 3 ->
                List.of(
                        Signal.number("coolant_temperature", 60 + values.nextInt(45)),
                        Signal.decimal("oil_pressure", 10 + values.nextInt(50), 1),
                        Signal.number("engine_load", values.nextInt(101)));
            case 4 ->
                List.of(
                        Signal.flag("ignition", values.nextInt(20) > 0),
                        Signal.text("gear", values.nextInt(8) == 0 ? "neutral" : "drive"),
                        Signal.text("driver", values.nextInt(50) == 0 ? "Zoë 🚚" : "D" + values.nextInt(900)));
            case 5 ->
                List.of(
                        Signal.nested(
                                "tyre_pressure",
                                Signal.decimal("front_left", 210 + values.nextInt(60), 2),
                                Signal.decimal("front_right", 210 + values.nextInt(60), 2),
                                Signal.decimal("rear", 210 + values.nextInt(60), 2)),
                        Signal.number("ambient_temperature", values.nextInt(45) - 10));
            default ->
                List.of(
                        Signal.list("trouble_codes", "P0" + (100 + values.nextInt(800)), "U1000"),
                        Signal.number("trip_seconds", values.nextInt(40_000)));
        };
    }

    /** A packet whose arrival is not yet written in it. */
    record Packet(int carId, String fleet, Instant rtcTime, List<Signal> signals) {
        String text(Instant arrival) {
            StringBuilder json = new StringBuilder(256);
            json.append("{\"car_id\":").append(carId);
            json.append(",\"fleet_id\":\"").append(fleet);
            json.append("\",\"rtc_time\":\"").append(rtcTime);
            json.append("\",\"created_at\":\"").append(arrival);
            json.append("\",\"data\":");
            Signal.appendAll(json, signals);
            return json.append('}').toString();
        }

        /** The same packet with its keys in another order, at every depth, and some decimals with a zero more. */
        String repeated(Instant arrival, SplittableRandom chance) {
            List<String> members = new ArrayList<>();
            members.add("\"car_id\":" + carId);
            members.add("\"fleet_id\":\"" + fleet + '"');
            members.add("\"rtc_time\":\"" + rtcTime + '"');
            members.add("\"created_at\":\"" + arrival + '"');
            members.add("\"data\":" + Signal.shuffled(signals, chance));
            return "{" + String.join(",", Signal.shuffle(members, chance)) + "}";
        }
    }
}
