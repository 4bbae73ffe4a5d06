package io.caravan.dedup;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Keeps hashes of different kinds of keys in one repository apart: each kind is shifted by 128 bits of its own. */
final class KeySpace {
    private KeySpace() {}

    /** 128 bits that stand for a text; for its UTF-16 units, so that no two texts are one, be they ill-formed. */
    static UUID of(String text) {
        ByteBuffer units = ByteBuffer.allocate(2 * text.length());
        units.asCharBuffer().put(text);
        return cut(sha256().digest(units.array()));
    }

    /** The hash in its space; reversible, so it keeps different hashes different. */
    static UUID place(UUID hash, UUID space) {
        return new UUID(
                hash.getMostSignificantBits() ^ space.getMostSignificantBits(),
                hash.getLeastSignificantBits() ^ space.getLeastSignificantBits());
    }

    private static UUID cut(byte[] digest) {
        ByteBuffer bits = ByteBuffer.wrap(digest);
        return new UUID(bits.getLong(), bits.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256; this one does not", e);
        }
    }
}
