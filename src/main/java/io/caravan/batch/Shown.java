package io.caravan.batch;

/** Shortens what a provider sent so that a reason stays one readable, storable line. */
final class Shown {
    private static final int MOST = 120;

    private Shown() {}

    static String brief(String text) {
        String head = text.length() > MOST ? text.substring(0, MOST) + "…" : text;
        StringBuilder shown = new StringBuilder(head.length());
        head.codePoints().map(Shown::printable).forEach(shown::appendCodePoint);
        return shown.toString();
    }

    private static int printable(int codePoint) {
        boolean lone = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
        return lone || Character.isISOControl(codePoint) ? '\uFFFD' : codePoint;
    }
}
