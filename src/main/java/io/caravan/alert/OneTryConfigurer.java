package io.caravan.alert;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** A client of HTTP that asks once: when a message is tried again is Caravan's to say, and a client that waits for {@code Retry-After} would hold up all other messages of its channel. */
public final class OneTryConfigurer implements HttpClientConfigurer {
    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries();
    }
}
