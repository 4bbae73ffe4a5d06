package io.caravan;

/** A setting that the service can't start with; the message names the key, the value and the cure. */
final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SettingsException(String message) {
        super(message);
    }
}
