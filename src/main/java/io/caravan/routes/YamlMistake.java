package io.caravan.routes;

/** A mistake that we found ourselves while reading a file; {@code line} is 1-based. */
final class YamlMistake extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int line;
    private final String cure;

    YamlMistake(int line, String what, String cure) {
        super(what);
        this.line = line;
        this.cure = cure;
    }

    int line() {
        return line;
    }

    String cure() {
        return cure;
    }
}
