package io.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultPollingEndpoint;
import org.apache.camel.support.ScheduledPollConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesHealthTest {
    private final CamelContext camel = new DefaultCamelContext();

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        camel.start();
        HealthCheckRegistry registry = HealthCheckRegistry.get(camel);
        registry.setExposureLevel("full");
        registry.register(new SourcesHealth(camel));
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    @Test
    void aSourceInTroubleIsDownAndTheServiceReadyAllTheSame() throws Exception {
        camel.addComponent("failing", new FailingComponent());
        route("missing", "failing:always?initialDelay=0&delay=10");
        await().untilAsserted(() -> assertThat(states(HealthCheckHelper.invoke(camel)))
                .anySatisfy(state -> assertThat(state).isEqualTo("consumer:missing DOWN")));
        assertThat(states(HealthCheckHelper.invokeReadiness(camel)))
                .noneMatch(state -> state.startsWith("consumer:missing"));
        assertThat(states(HealthCheckHelper.invokeLiveness(camel)))
                .noneMatch(state -> state.startsWith("consumer:missing"));
    }

    @Test
    void aSourceThatHasNotPolledYetIsNoTrouble() throws Exception {
        route("patient", "file:" + folder + "?initialDelay=1h");
        assertThat(states(HealthCheckHelper.invoke(camel))).contains("consumer:patient UP");
    }

    @Test
    void aRouteThatWasStoppedIsDown() throws Exception {
        route("stopped", "direct:stopped");
        camel.getRouteController().stopRoute("stopped");
        assertThat(states(HealthCheckHelper.invoke(camel))).contains("consumer:stopped DOWN");
        camel.removeRoute("stopped");
        assertThat(states(HealthCheckHelper.invoke(camel))).noneMatch(state -> state.startsWith("consumer:stopped"));
    }

    @Test
    void theServiceIsReadyFromItsStartToItsStop() {
        RunningHealthCheck service = new RunningHealthCheck();
        assertThat(service.call().getState()).isEqualTo(State.DOWN);
        service.started();
        assertThat(service.call().getState()).isEqualTo(State.UP);
        service.stopping();
        assertThat(service.call().getState()).isEqualTo(State.DOWN);
        assertThat(service.isReadiness()).isTrue();
        assertThat(service.isLiveness()).isFalse();
    }

    private static final class FailingComponent extends DefaultComponent {
        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            return new DefaultPollingEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Consumer createConsumer(Processor processor) throws Exception {
                    Consumer consumer = new ScheduledPollConsumer(this, processor) {
                        @Override
                        protected int poll() throws IOException {
                            throw new IOException("nothing there");
                        }
                    };
                    configureConsumer(consumer);
                    return consumer;
                }
            };
        }
    }

    private void route(String id, String from) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(id).to("log:seen");
            }
        });
    }

    private static Collection<String> states(Collection<Result> results) {
        return results.stream()
                .map(result -> result.getCheck().getId() + " " + result.getState())
                .toList();
    }
}
