package io.caravan.alert.rules;

import java.util.Arrays;

/** The rules that a record may meet, each once. Used by one thread, for one record after the other. */
final class Candidates {
    private final int[] rules;
    private final int[] round;
    private int size;
    private int current;

    Candidates(int rules) {
        this.rules = new int[rules];
        this.round = new int[rules];
    }

    void clear() {
        size = 0;
        current++;
        if (current == Integer.MAX_VALUE) {
            Arrays.fill(round, 0);
            current = 1;
        }
    }

    void add(int rule) {
        if (round[rule] != current) {
            round[rule] = current;
            rules[size] = rule;
            size++;
        }
    }

    void addAll(int[] more) {
        for (int rule : more) {
            add(rule);
        }
    }

    boolean has(int rule) {
        return round[rule] == current;
    }

    int size() {
        return size;
    }

    int get(int index) {
        return rules[index];
    }
}
