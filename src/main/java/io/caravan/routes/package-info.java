/**
 * Pipelines as files: loads, hot-reloads and checks Camel YAML so that one broken file never stops the others nor its own last good version; knows Camel and no feature.
 * Start reading at {@link io.caravan.routes.RouteLoader} (the running service) and {@link io.caravan.routes.RouteValidator} (the same knowledge before a save).
 */
@org.jspecify.annotations.NullMarked
package io.caravan.routes;
