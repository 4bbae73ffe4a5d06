package io.caravan.watch.arrivals;

/** A fleet's name as it is kept, {@code <provider>/<fleet>}: two providers may call different fleets by one name. */
public record FleetName(String provider, String fleet) {
    /** Longer ones are no names. */
    static final int LONGEST = 200;

    public FleetName {
        if (provider.isBlank() || fleet.isBlank()) {
            throw new IllegalArgumentException(
                    "'" + provider + "/" + fleet + "' is no fleet's name; write it as <provider>/<fleet>.");
        }
    }

    /**
     * Reads a whole name.
     *
     * @throws IllegalArgumentException when there is no slash in it
     */
    public static FleetName parse(String name) {
        int slash = name.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + name + "' is no fleet's name; write it as <provider>/<fleet>.");
        }
        return new FleetName(name.substring(0, slash), name.substring(slash + 1));
    }

    @Override
    public String toString() {
        return provider + "/" + fleet;
    }
}
