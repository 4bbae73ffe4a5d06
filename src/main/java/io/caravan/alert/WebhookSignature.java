package io.caravan.alert;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * By which a receiver of a webhook knows that a message is ours and new (standardwebhooks.com, version 1): HMAC-SHA256 over {@code id.seconds.body}, in Base64 behind {@code v1,}.
 */
public final class WebhookSignature {
    private static final String PREFIX = "whsec_";

    private WebhookSignature() {}

    /**
     * The header {@code webhook-signature}.
     *
     * @param secret {@code whsec_} and Base64, or any other text, whose UTF-8 is the key
     */
    public static String of(String secret, String id, Instant at, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key(secret), "HmacSHA256"));
            byte[] signed = (id + "." + at.getEpochSecond() + "." + body).getBytes(StandardCharsets.UTF_8);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java can't sign with HmacSHA256", e);
        }
    }

    private static byte[] key(String secret) {
        if (secret.isBlank()) {
            throw new IllegalArgumentException("The webhook's secret is empty; set it, such as whsec_… of 24 bytes");
        }
        return secret.startsWith(PREFIX)
                ? Base64.getDecoder().decode(secret.substring(PREFIX.length()))
                : secret.getBytes(StandardCharsets.UTF_8);
    }
}
