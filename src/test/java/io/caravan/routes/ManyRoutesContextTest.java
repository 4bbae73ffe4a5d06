package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Route;
import org.apache.camel.StartupListener;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ManyRoutesContextTest {
    private final ManyRoutesContext camel = new ManyRoutesContext();

    @BeforeEach
    void start() {
        camel.start();
    }

    @AfterEach
    void stop() {
        camel.stop();
    }

    private void add(Optional<String> id, String from) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                RouteDefinition route = from(from).to("mock:end");
                id.ifPresent(route::routeId);
            }
        });
    }

    @Test
    void twoRoutesOfAnEndpointWithRoomForOneAreRefused() throws Exception {
        add(Optional.of("one"), "direct:a");

        assertThatThrownBy(() -> add(Optional.of("two"), "direct:a"))
                .hasMessageContaining("Multiple consumers for the same endpoint");
    }

    @Test
    void aRouteMayTakeTheEndpointOfOneThatIsGone() throws Exception {
        add(Optional.of("one"), "direct:a");
        camel.getRouteController().stopRoute("one");
        camel.removeRoute("one");

        add(Optional.of("two"), "direct:a");

        assertThat(camel.getRouteController().getRouteStatus("two").isStarted()).isTrue();
    }

    @Test
    void whoeverAsksWhileARouteStartsIsShownAllRoutes() throws Exception {
        add(Optional.of("one"), "direct:a");
        List<String> seen = new ArrayList<>();
        camel.addStartupListener((StartupListener) (context, started) ->
                context.getRoutes().stream().map(Route::getRouteId).forEach(seen::add));

        add(Optional.of("two"), "seda:b");

        assertThat(seen).contains("one");
    }

    @Test
    void aRouteWithoutAnIdGetsOneThatIsFree() throws Exception {
        add(Optional.of("route1"), "direct:a");

        add(Optional.empty(), "direct:b");

        assertThat(camel.getRoutes()).extracting(Route::getRouteId).hasSize(2).doesNotHaveDuplicates();
    }
}
