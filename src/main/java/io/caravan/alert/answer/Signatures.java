package io.caravan.alert.answer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How services sign what they send us. */
final class Signatures {
    /** Older requests may be repeats by somebody who has overheard them. */
    static final Duration REPLAY_WINDOW = Duration.ofMinutes(5);

    private Signatures() {}

    /** Slack, version 0: HMAC-SHA256 over {@code v0:seconds:body}, in hexadecimal behind {@code v0=} (docs.slack.dev, "Verifying requests from Slack"). */
    static String slack(String secret, String seconds, String body) {
        return "v0=" + HexFormat.of().formatHex(hmac("HmacSHA256", secret, "v0:" + seconds + ":" + body));
    }

    /** Twilio: HMAC-SHA1 over the address and the form's fields in the order of their names, in Base64 (twilio.com/docs, "Validating requests"). */
    static String twilio(String token, String url, Map<String, String> form) {
        StringBuilder signed = new StringBuilder(url);
        new TreeMap<>(form).forEach((name, value) -> signed.append(name).append(value));
        return Base64.getEncoder().encodeToString(hmac("HmacSHA1", token, signed.toString()));
    }

    /** Takes as long for a wrong text as for the right one. */
    static boolean areEqual(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    static boolean isFresh(String seconds, Instant now) {
        return seconds.matches("[0-9]{1,12}")
                && Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), now)
                                .abs()
                                .compareTo(REPLAY_WINDOW)
                        <= 0;
    }

    private static byte[] hmac(String algorithm, String secret, String text) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), algorithm));
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java can't sign with " + algorithm, e);
        }
    }
}
