package io.caravan.alert.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Writes links as short texts for addresses, and knows its own: the link's fields and the first 16 bytes of their HMAC-SHA256, in Base64 for URLs. Thread-safe.
 */
public final class LinkSigner {
    private static final byte VERSION = 1;
    private static final int FIXED = 1 + 1 + Long.BYTES + Integer.BYTES + 2 * Long.BYTES;
    private static final int SIGNATURE = 16;

    private final Supplier<String> secret;

    /** @param secret is asked when it is needed */
    public LinkSigner(Supplier<String> secret) {
        this.secret = secret;
    }

    public String write(AnswerLink link) {
        byte[] receiver = link.receiver().getBytes(UTF_8);
        byte[] fields = ByteBuffer.allocate(FIXED + receiver.length)
                .put(VERSION)
                .put((byte) link.act().code())
                .putLong(link.number())
                .putInt((int) link.expires().getEpochSecond())
                .putLong(link.message().getMostSignificantBits())
                .putLong(link.message().getLeastSignificantBits())
                .put(receiver)
                .array();
        byte[] signed = Arrays.copyOf(fields, fields.length + SIGNATURE);
        System.arraycopy(signature(fields), 0, signed, fields.length, SIGNATURE);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /** Empty: it is none of ours. */
    public Optional<AnswerLink> read(String text) {
        try {
            byte[] signed = Base64.getUrlDecoder().decode(text);
            byte[] fields = Arrays.copyOf(signed, Math.max(0, signed.length - SIGNATURE));
            byte[] signature = Arrays.copyOfRange(signed, fields.length, signed.length);
            return MessageDigest.isEqual(signature, signature(fields))
                    ? link(fields).filter(link -> write(link).equals(text))
                    : Optional.empty();
        } catch (IllegalArgumentException | BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static Optional<AnswerLink> link(byte[] fields) {
        ByteBuffer buffer = ByteBuffer.wrap(fields);
        if (buffer.get() != VERSION) {
            return Optional.empty();
        }
        Optional<Act> act = Act.ofCode((char) buffer.get());
        long incident = buffer.getLong();
        Instant expires = Instant.ofEpochSecond(Integer.toUnsignedLong(buffer.getInt()));
        UUID message = new UUID(buffer.getLong(), buffer.getLong());
        String receiver = UTF_8.decode(buffer).toString();
        return act.map(found -> new AnswerLink(found, incident, receiver, message, expires));
    }

    private byte[] signature(byte[] fields) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.get().getBytes(UTF_8), "HmacSHA256"));
            return Arrays.copyOf(mac.doFinal(fields), SIGNATURE);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java can't sign with HmacSHA256", e);
        }
    }
}
