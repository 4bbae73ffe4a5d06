package io.caravan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;

/**
 * The answers at {@code /observe/health}, {@code /live} and {@code /ready}, as Camel's observability convention has them, in the place of Camel's own handler: Camel 4.18 escapes
 * messages twice, so that a path reads {@code routes\/a.yaml}. {@code exposureLevel}, {@code data} and {@code stackTrace} in the address mean what they mean to Camel's.
 */
final class HealthPage {
    static final String PATH = "/observe/health";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final CamelContext context;

    private HealthPage(CamelContext context) {
        this.context = context;
    }

    /** Answers before Camel's own handlers. */
    static void serve(Router router, CamelContext context) {
        HealthPage page = new HealthPage(context);
        page.serve(router, PATH, level -> HealthCheckHelper.invoke(context, level), false);
        page.serve(router, PATH + "/live", level -> HealthCheckHelper.invokeLiveness(context, level), false);
        page.serve(router, PATH + "/ready", level -> HealthCheckHelper.invokeReadiness(context, level), true);
    }

    private void serve(
            Router router, String path, Function<String, Collection<HealthCheck.Result>> checks, boolean readiness) {
        router.get(path)
                .order(Integer.MIN_VALUE + 1)
                .blockingHandler(request -> answer(request, checks, readiness), false);
    }

    private void answer(
            RoutingContext request, Function<String, Collection<HealthCheck.Result>> checks, boolean readiness) {
        String asked = request.request().getParam("exposureLevel");
        String level = asked == null ? HealthCheckRegistry.get(context).getExposureLevel() : asked;
        Collection<HealthCheck.Result> results = checks.apply(level);
        boolean up = HealthCheckHelper.isResultsUp(results, readiness);
        Detail detail = new Detail(level, isTrue(request, "data"), isTrue(request, "stackTrace"));
        request.response()
                .setStatusCode(up ? 200 : 503)
                .putHeader("Content-Type", "application/json")
                .end(json(results, up, detail));
    }

    private static boolean isTrue(RoutingContext request, String parameter) {
        return "true".equals(request.request().getParam(parameter));
    }

    /**
     * How much is told.
     *
     * @param level oneline: only whether all is well; full: each check; else: those that are down
     * @param data the details of each check too
     * @param stackTrace the stack of an error too
     */
    record Detail(String level, boolean data, boolean stackTrace) {
        boolean tells(HealthCheck.Result result) {
            return switch (level) {
                case "oneline" -> false;
                case "full" -> true;
                default -> result.getState() == HealthCheck.State.DOWN;
            };
        }

        boolean tellsErrors() {
            return stackTrace || level.equals("full");
        }
    }

    static String json(Collection<HealthCheck.Result> results, boolean up, Detail detail) {
        ObjectNode page = JSON.createObjectNode().put("status", up ? "UP" : "DOWN");
        Collection<HealthCheck.Result> told =
                results.stream().filter(detail::tells).toList();
        if (!told.isEmpty()) {
            ArrayNode checks = page.putArray("checks");
            told.forEach(result -> tell(checks.addObject(), result, detail));
        }
        return page.toString();
    }

    private static void tell(ObjectNode check, HealthCheck.Result result, Detail detail) {
        check.put("name", result.getCheck().getId())
                .put("status", result.getState().name());
        if (detail.tellsErrors()) {
            result.getError().ifPresent(error -> {
                check.put("error-message", messages(error));
                if (detail.stackTrace()) {
                    check.put("error-stacktrace", stackTrace(error));
                }
            });
        }
        result.getMessage().ifPresent(message -> check.put("message", message));
        Map<String, Object> data = result.getDetails();
        if (detail.data() && data != null && !data.isEmpty()) {
            check.set("data", JSON.valueToTree(shown(data)));
        }
    }

    private static Map<String, Object> shown(Map<String, Object> data) {
        Map<String, Object> shown = new TreeMap<>();
        data.forEach((name, value) ->
                shown.put(name, value instanceof Number || value instanceof Boolean ? value : String.valueOf(value)));
        return shown;
    }

    /** The message of the error and those of its causes. */
    private static String messages(Throwable error) {
        return Stream.iterate(error, Objects::nonNull, Throwable::getCause)
                .map(each -> each.equals(error) ? String.valueOf(each.getMessage()) : each.toString())
                .collect(Collectors.joining("; Caused by: "));
    }

    private static String stackTrace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
