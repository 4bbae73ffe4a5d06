package io.caravan.alert;

import org.apache.camel.CamelContext;
import org.apache.camel.model.Model;
import org.apache.camel.model.ModelLifecycleStrategy;
import org.apache.camel.model.RedeliveryPolicyDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;

/** Lets Camel say nothing of a message that a channel could not send: what came of it is told in one line, by whoever decides it. A route with an error handler of its own keeps it. */
final class ChannelRoutesConfigurer implements ModelLifecycleStrategy {
    static void install(CamelContext context) {
        Model model = context.getCamelContextExtension().getContextPlugin(Model.class);
        if (model != null) {
            model.addModelLifecycleStrategy(new ChannelRoutesConfigurer());
        }
    }

    @Override
    public void onAddRouteDefinition(RouteDefinition route) {
        boolean isChannel =
                route.getInput() != null && route.getInput().getEndpointUri().startsWith("alert:");
        if (isChannel && !route.isErrorHandlerFactorySet()) {
            DefaultErrorHandlerDefinition silent = new DefaultErrorHandlerDefinition();
            silent.setLevel("OFF");
            silent.setRedeliveryPolicy(new RedeliveryPolicyDefinition().logExhausted(false));
            route.setErrorHandlerFactory(silent);
        }
    }

    @Override
    public void onRemoveRouteDefinition(RouteDefinition route) {}

    @Override
    public void onAddRouteTemplateDefinition(RouteTemplateDefinition template) {}

    @Override
    public void onRemoveRouteTemplateDefinition(RouteTemplateDefinition template) {}
}
