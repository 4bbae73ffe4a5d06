package io.caravan.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.caravan.database.Database;
import io.caravan.database.PostgresExtension;
import io.caravan.poll.FakeProvider.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A provider and its route as an engineer writes them: YAML. */
@ExtendWith(PostgresExtension.class)
class ProviderBeanTest {
    private final Database database;

    ProviderBeanTest(Database database) {
        this.database = database;
    }

    private static void load(CamelContext camel, String yaml) throws Exception {
        PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.fromString("acme.camel.yaml", yaml));
    }

    @Test
    void aProviderAndItsStreamAreWrittenInYaml() throws Exception {
        AtomicInteger records = new AtomicInteger();
        try (FakeProvider server = new FakeProvider(asked -> Answer.json("[{\"n\":1},{\"n\":2}]"));
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("database", database);
            camel.getRegistry().bind("tls", new org.apache.camel.support.jsse.SSLContextParameters());
            load(camel, """
                    - beans:
                        - name: acme
                          type: io.caravan.poll.Provider
                          properties:
                            url: "%s/v2"
                            auth: apiKey
                            apiKey: k3y
                            credential: north
                            second: {name: spare, apiKey: k4y}
                            probe: packets?limit=1
                            probeWhen: "0 4 * * *"
                            callsPerMinute: 100
                            burst: 10
                            costPerCall: 0.001
                            costPerDay: 20
                            zone: Europe/Amsterdam
                            callTimeout: 20s
                            maxResponseSize: 1MB
                            headers: "X-Fleet: north"
                            http: {connectionsPerRoute: 5, sslContextParameters: "#tls"}
                    - route:
                        id: acme-packets
                        from:
                          uri: poll:acme/packets
                          parameters: {records: "", pagination: offset, pageSize: 250, freshness: 90s}
                          steps:
                            - to: bean:records?method=add
                    """.formatted(server.url()));
            camel.getRegistry().bind("records", new Counter(records));
            camel.start();
            await().until(() -> records.get() == 2);
            Provider acme = camel.getRegistry().lookupByNameAndType("acme", Provider.class);
            assertThat(acme.callTimeout()).isEqualTo(Duration.ofSeconds(20));
            assertThat(acme.costPerCall()).isEqualByComparingTo(new BigDecimal("0.001"));
            assertThat(acme.getHttp()).containsKeys("connectionsPerRoute", "sslContextParameters");
            assertThat(acme.auth()).isEqualTo(Provider.Auth.API_KEY);
            assertThat(acme.credentials()).extracting(Credential::name).containsExactly("north", "spare");
            assertThat(acme.credentials().get(1).apiKey()).contains("k4y");
            assertThat(acme.probeWhen()).isPresent();
            assertThat(server.asked.get(0).headers())
                    .containsEntry("x-fleet", "north")
                    .containsEntry("x-api-key", "k3y");
            assertThat(server.asked.get(0).path()).isEqualTo("/v2/packets");
        }
    }

    /** Counts the records of the batches that it is given. */
    public record Counter(AtomicInteger records) {
        public void add(io.caravan.batch.Batch batch) {
            records.addAndGet(batch.size());
        }
    }

    @Test
    void aWrongPropertyIsToldWithItsValue() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            assertThatThrownBy(() -> load(camel, """
                            - beans:
                                - name: acme
                                  type: io.caravan.poll.Provider
                                  properties: {url: "https://api.acme.example", zone: Mars}
                            """)).rootCause().hasMessageContaining("Mars");
        }
    }
}
