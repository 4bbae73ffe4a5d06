package io.caravan.poll;

import java.util.Arrays;
import java.util.Optional;

/** What one can do about a provider in trouble. The words are those of {@code poll:acme?action=…} and of the column {@code caravan.poll_action.action}. */
public enum Action {
    /** Fetch fresh access tokens, on all nodes. */
    REFRESH_TOKEN("refreshToken"),
    /** Use the provider's other credential, on all nodes. */
    SWITCH_CREDENTIAL("switchCredential"),
    /** Make no calls until resumed. */
    PAUSE("pause"),
    /** Go on at once where the streams stopped, halted ones too. */
    RESUME("resume"),
    /** Try now whether the credentials are accepted. */
    PROBE("probe");

    private final String word;

    Action(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }

    static Optional<Action> of(String word) {
        return Arrays.stream(values())
                .filter(action -> action.word.equals(word.strip()))
                .findFirst();
    }
}
