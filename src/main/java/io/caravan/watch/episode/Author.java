package io.caravan.watch.episode;

/**
 * Who does something by hand, and why; both stand in the audit log.
 *
 * @param name of the person or program
 * @param why empty: not said
 */
public record Author(String name, String why) {
    public Author {
        name = name.isBlank() ? "unknown" : name.strip();
        why = why.strip();
    }
}
