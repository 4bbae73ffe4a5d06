package io.caravan.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.LifecycleStrategySupport;
import org.jspecify.annotations.Nullable;
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
        camel.addLifecycleStrategy(new LifecycleStrategySupport() {
            @Override
            public void onServiceAdd(CamelContext context, Service service, @Nullable Route route) {
                context.getRoutes().stream().map(Route::getRouteId).forEach(seen::add);
            }
        });

        add(Optional.of("two"), "seda:b");

        assertThat(seen).contains("one");
    }

    @Test
    void whoWantedToHearOfTheStartHearsOfItOnce() throws Exception {
        List<String> heard = new ArrayList<>();
        camel.addStartupListener((context, alreadyStarted) -> heard.add("started"));

        add(Optional.of("one"), "direct:a");
        add(Optional.of("two"), "direct:b");

        assertThat(heard).containsExactly("started");
    }

    @Test
    void twoRoutesOfOnePlaceInTheOrderOfStartsAreRefused() throws Exception {
        addAt(5, "one", "direct:a");
        add(Optional.of("two"), "direct:b");

        assertThatThrownBy(() -> addAt(5, "three", "direct:c")).hasMessageContaining("startupOrder 5");
        assertThat(startOrder()).containsExactly("one", "two");
    }

    @Test
    void aRouteThatStartsAgainKeepsItsPlace() throws Exception {
        addAt(5, "one", "direct:a");
        add(Optional.of("two"), "direct:b");

        camel.getRouteController().stopRoute("two");
        camel.getRouteController().startRoute("two");

        assertThat(startOrder()).containsExactly("one", "two");
    }

    @Test
    void thePlaceOfARouteThatIsGoneIsFree() throws Exception {
        addAt(5, "one", "direct:a");
        camel.getRouteController().stopRoute("one");
        camel.removeRoute("one");

        addAt(5, "one", "direct:a");

        assertThat(startOrder()).containsExactly("one");
    }

    private void addAt(int place, String id, String from) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(id).startupOrder(place).to("mock:end");
            }
        });
    }

    private List<String> startOrder() {
        return camel.getCamelContextExtension().getRouteStartupOrder().stream()
                .map(started -> started.getRoute().getId())
                .toList();
    }

    @Test
    void aRouteWithoutAnIdGetsOneThatIsFree() throws Exception {
        add(Optional.of("route1"), "direct:a");

        add(Optional.empty(), "direct:b");

        assertThat(camel.getRoutes()).extracting(Route::getRouteId).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void routesThatAreAddedTogetherAreAllBuiltBeforeOneStarts() {
        assertThatThrownBy(() -> camel.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("timer:now?delay=-1&repeatCount=1")
                                .routeId("first")
                                .to("mock:worked");
                        from("direct:second").routeId("second").to("direct:wrong?noSuchOption=1");
                    }
                }))
                .hasMessageContaining("noSuchOption");

        assertThat(camel.getRouteController().getRouteStatus("first").isStarted())
                .isFalse();
    }

    @Test
    void ofRoutesThatAreAddedTogetherThoseStartThatShall() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:one").routeId("one").to("direct:two");
                from("direct:two").routeId("two").to("mock:end");
                from("direct:later").routeId("later").autoStartup(false).to("mock:end");
            }
        });

        assertThat(camel.isAutoStartup()).isTrue();
        assertThat(camel.getRoutes())
                .filteredOn(route -> camel.getRouteController()
                        .getRouteStatus(route.getRouteId())
                        .isStarted())
                .extracting(Route::getRouteId)
                .containsExactly("one", "two");
        camel.getRouteController().startRoute("later");
        assertThat(camel.getRouteController().getRouteStatus("later").isStarted())
                .isTrue();
    }

    @Test
    void anEndpointGoesWithTheLastRouteThatUsesIt() throws Exception {
        add(Optional.of("one"), "direct:a");
        add(Optional.of("two"), "direct:b");

        remove("one");
        assertThat(camel.hasEndpoint("mock:end")).isNotNull();
        assertThat(camel.hasEndpoint("direct:a")).isNull();

        remove("two");
        assertThat(camel.hasEndpoint("mock:end")).isNull();
    }

    @Test
    void whatARouteUsesSinceItStartedAgainCounts() throws Exception {
        add(Optional.of("one"), "direct:a");
        add(Optional.of("two"), "direct:b");
        camel.getRouteController().stopRoute("two");
        camel.getRouteController().startRoute("two");

        remove("one");

        assertThat(camel.hasEndpoint("mock:end")).isNotNull();
        assertThat(camel.hasEndpoint("direct:b")).isNotNull();
    }

    private void remove(String id) throws Exception {
        camel.getRouteController().stopRoute(id);
        assertThat(camel.removeRoute(id)).isTrue();
    }
}
