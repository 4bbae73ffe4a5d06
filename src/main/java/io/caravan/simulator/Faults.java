package io.caravan.simulator;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Which call goes wrong how: first what was commanded, in order, then what the seed throws. Thread safe. */
final class Faults {
    private static final List<Fault.Kind> USUAL =
            List.of(Fault.Kind.SERVER_ERROR, Fault.Kind.UNAVAILABLE, Fault.Kind.SLOW, Fault.Kind.CUT, Fault.Kind.RESET);
    private static final List<Fault.Kind> BAD_PAGES =
            List.of(Fault.Kind.HTML, Fault.Kind.TRUNCATED, Fault.Kind.NO_RECORDS, Fault.Kind.RECORDS_NOT_A_LIST);

    private final SimulatorSettings settings;
    private final SplittableRandom dice;
    private final Deque<Fault> commanded = new ArrayDeque<>();

    Faults(SimulatorSettings settings) {
        this.settings = settings;
        this.dice = new SplittableRandom(settings.seed());
    }

    synchronized void next(int calls, Fault fault) {
        for (int i = 0; i < calls; i++) {
            commanded.addLast(fault);
        }
    }

    synchronized void clear() {
        commanded.clear();
    }

    synchronized int pending() {
        return commanded.size();
    }

    /** The fault of this call, if it has one. */
    synchronized Optional<Fault> draw() {
        Optional<Fault> command = Optional.ofNullable(commanded.pollFirst());
        return command.isPresent() ? command : random();
    }

    private Optional<Fault> random() {
        double throwOfDice = dice.nextDouble();
        if (throwOfDice < settings.faultyCalls()) {
            return Optional.of(Fault.of(USUAL.get(dice.nextInt(USUAL.size()))));
        }
        if (throwOfDice < settings.faultyCalls() + settings.badPages()) {
            return Optional.of(Fault.of(BAD_PAGES.get(dice.nextInt(BAD_PAGES.size()))));
        }
        return Optional.empty();
    }
}
