package io.caravan.alert.xmpp;

/** Texts that a server takes: one character that XML 1.0 doesn't know makes it end the whole stream. */
final class XmppText {
    private static final int INSTEAD = 0xFFFD;

    private XmppText() {}

    /** The text with U+FFFD for each character that XML can't carry (XML 1.0, 2.2), and without space around it. */
    static String of(String text) {
        return text.codePoints()
                .map(character -> isXml(character) ? character : INSTEAD)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString()
                .strip();
    }

    private static boolean isXml(int character) {
        return character == '\t'
                || character == '\n'
                || character == '\r'
                || (character >= 0x20 && character <= 0xD7FF)
                || (character >= 0xE000 && character <= 0xFFFD)
                || character >= 0x10000;
    }
}
