package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProviderTest {

    @Test
    void aMistakeIsNamedWithItsValueAndCure() {
        Provider provider = new Provider();
        assertThatThrownBy(() -> provider.setUrl("api.acme.example"))
                .hasMessageContaining("api.acme.example")
                .hasMessageContaining("https://");
        assertThatThrownBy(() -> provider.setCallsPerMinute(0)).hasMessageContaining("callsPerMinute: 0");
        assertThatThrownBy(() -> provider.setAuth("kerberos"))
                .hasMessageContaining("kerberos")
                .hasMessageContaining("oauth2");
        assertThatThrownBy(() -> provider.setZone("Amsterdam")).hasMessageContaining("Europe/Amsterdam");
        assertThatThrownBy(() -> provider.setMaxResponseSize("big")).hasMessageContaining("64MB");
        assertThatThrownBy(() -> provider.setCallTimeout(Duration.ZERO)).hasMessageContaining("callTimeout");
        assertThatThrownBy(() -> provider.setCostPerCall("-1")).hasMessageContaining("-1");
    }

    @Test
    void whatIsMissingForTheLoginIsToldAtOnce() {
        Provider provider = new Provider();
        provider.setAuth("oauth2");
        assertThatThrownBy(() -> provider.check("acme"))
                .hasMessageContaining("Provider 'acme'")
                .hasMessageContaining("url is missing")
                .hasMessageContaining("tokenUrl")
                .hasMessageContaining("clientId")
                .hasMessageContaining("clientSecret");
    }

    @Test
    void secretsAreNeverPrinted() {
        Provider provider = new Provider();
        provider.setUrl("https://api.acme.example");
        provider.setAuth("bearer");
        provider.setToken("s3cr3t");
        assertThat(provider.toString()).doesNotContain("s3cr3t");
        assertThatThrownBy(() -> provider.setPassword(" ")).hasMessageContaining("environment");
    }

    @Test
    void sizesHaveUnits() {
        Provider provider = new Provider();
        provider.setMaxResponseSize("2MB");
        assertThat(provider.maxResponseSize()).isEqualTo(2 << 20);
    }
}
