package io.caravan.dag;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.jspecify.annotations.Nullable;

/** Lets Camel walk into {@code params}, {@code groups} and {@code expect} of a {@link Dag}: it sets nested properties of a bean one leaf at a time, and knows no maps of maps. */
public final class DagConfigurer implements PropertyConfigurer, PropertyConfigurerGetter {

    @Override
    public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
        if (target instanceof PropertyTree tree) {
            tree.put(name, value);
            return true;
        }
        return false; // by its setter
    }

    @Override
    public @Nullable Class<?> getOptionType(String name, boolean ignoreCase) {
        return null;
    }

    @Override
    public @Nullable Object getOptionValue(Object target, String name, boolean ignoreCase) {
        if (target instanceof PropertyTree tree) {
            return tree.child(name);
        }
        return target instanceof Dag dag ? dag.nested(name).orElse(null) : null;
    }
}
