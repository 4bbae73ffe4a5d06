package io.caravan.poll;

/** A stream of a provider, as in {@code poll:acme/packets}. */
public record StreamName(String provider, String stream) {
    public StreamName {
        if (provider.isBlank() || stream.isBlank()) {
            throw new IllegalArgumentException("A stream needs a provider and a name, such as poll:acme/packets.");
        }
    }

    /** From {@code acme/packets}; the stream's name may contain slashes. */
    static StreamName parse(String text) {
        int slash = text.indexOf('/');
        if (slash <= 0 || slash == text.length() - 1) {
            throw new IllegalArgumentException(
                    "'poll:" + text
                            + "' doesn't say which stream of which provider; write poll:<provider>/<stream>, such as poll:acme/packets.");
        }
        return new StreamName(text.substring(0, slash), text.substring(slash + 1));
    }

    @Override
    public String toString() {
        return provider + "/" + stream;
    }
}
