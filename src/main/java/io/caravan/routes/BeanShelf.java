package io.caravan.routes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.model.BeanFactoryDefinition;
import org.apache.camel.model.BeanModelHelper;
import org.apache.camel.support.DefaultRegistry;
import org.apache.camel.support.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The beans of the files, in Camel's registry. A change is made on approval: {@link #replace} binds the new beans so that routes can be tried with them, and the
 * returned {@link Exchange} either keeps them (the replaced ones are destroyed) or gives the old ones back. Not thread-safe.
 */
final class BeanShelf {
    private static final Logger LOG = LoggerFactory.getLogger(BeanShelf.class);

    private final CamelContext context;
    private final Map<String, Shelved> shelved = new LinkedHashMap<>();
    private final FileBeans beans = new FileBeans();

    BeanShelf(CamelContext context) {
        this.context = context;
        context.getRegistry(DefaultRegistry.class).addBeanRepository(beans);
    }

    private record Shelved(Object object, BeanFactoryDefinition<?> definition) {}

    boolean isForeign(String name) {
        return !shelved.containsKey(name) && context.getRegistry().lookupByName(name) != null;
    }

    /** Creates and binds {@code added}, unbinds {@code removed}; when one of them cannot be created, nothing has changed. */
    Exchange replace(List<RouteFile.Bean> added, Set<String> removed) {
        Exchange exchange = new Exchange();
        try {
            removed.forEach(exchange::unbind);
            exchange.bindInAnyOrder(added);
            return exchange;
        } catch (RuntimeException e) {
            exchange.undo();
            throw e;
        }
    }

    void destroyAll() {
        shelved.values().forEach(this::destroy);
        shelved.clear();
    }

    /** Beans that were exchanged, until it is known whether the change holds. */
    final class Exchange {
        private final Map<String, @Nullable Shelved> before = new LinkedHashMap<>();

        /** Frees the replaced beans. Call it when no route uses them any more. */
        void keep() {
            before.values().stream().filter(old -> old != null).forEach(BeanShelf.this::destroy);
        }

        void undo() {
            before.forEach((name, old) -> {
                Shelved failed = shelved.remove(name);
                beans.unbind(name);
                if (old != null) {
                    put(name, old);
                }
                if (failed != null) {
                    destroy(failed);
                }
            });
        }

        private void unbind(String name) {
            before.putIfAbsent(name, shelved.remove(name));
            beans.unbind(name);
        }

        /** A bean may refer to one that stands below it: whatever fails is tried again after the others. */
        private void bindInAnyOrder(List<RouteFile.Bean> beans) {
            List<RouteFile.Bean> waiting = new ArrayList<>(beans);
            while (!waiting.isEmpty()) {
                List<RouteFile.Bean> failed = new ArrayList<>();
                BeanFailure failure = null;
                for (RouteFile.Bean bean : waiting) {
                    try {
                        bind(bean);
                    } catch (Exception e) {
                        failed.add(bean);
                        failure = failure == null ? new BeanFailure(bean, e) : failure;
                    }
                }
                if (failure != null && failed.size() == waiting.size()) {
                    throw failure;
                }
                waiting = failed;
            }
        }

        private void bind(RouteFile.Bean bean) throws Exception {
            Object object = BeanModelHelper.newInstance(bean.definition(), context);
            String init = bean.definition().getInitMethod();
            unbind(bean.name());
            put(bean.name(), new Shelved(object, bean.definition()));
            if (init != null) {
                ObjectHelper.invokeMethodSafe(init, object);
            }
        }
    }

    private void put(String name, Shelved bean) {
        shelved.put(name, bean);
        CamelContextAware.trySetCamelContext(bean.object(), context);
        beans.bind(name, bean.object());
    }

    private void destroy(Shelved bean) {
        try {
            String method = bean.definition().getDestroyMethod();
            if (method != null) {
                ObjectHelper.invokeMethodSafe(method, bean.object());
            } else if (bean.object() instanceof AutoCloseable closeable) {
                closeable.close();
            }
        } catch (Exception e) {
            LOG.warn("Bean {} did not close: {}", bean.definition().getName(), e.toString());
        }
    }

    /** A bean that could not be created. */
    static final class BeanFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient RouteFile.Bean bean;

        BeanFailure(RouteFile.Bean bean, Exception cause) {
            super(cause);
            this.bean = bean;
        }

        RouteFile.Bean bean() {
            return bean;
        }
    }
}
