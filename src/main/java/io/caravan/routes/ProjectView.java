package io.caravan.routes;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What all files of a project say, found by name however many they are. Not thread-safe. */
public final class ProjectView {
    private final Map<Path, FileView> files = new HashMap<>();
    private final Map<String, Map<Path, FileView.Bean>> beansByName = new HashMap<>();
    private final Map<String, Map<String, FileView.Bean>> beansByType = new HashMap<>();
    private final Map<String, Map<Path, List<FileView.Consumer>>> consumers = new HashMap<>();
    private final Map<String, Map<Path, List<FileView.Producer>>> producers = new HashMap<>();

    ProjectView() {}

    /** The bean of a name and type, wherever it is. */
    public Optional<FileView.Bean> bean(String name, String type) {
        return beansByName.getOrDefault(name, Map.of()).values().stream()
                .filter(bean -> bean.type().equals(type))
                .findFirst();
    }

    /** All beans of a type. */
    public Collection<FileView.Bean> beans(String type) {
        return beansByType.getOrDefault(type, Map.of()).values();
    }

    /** The consumers whose address begins so: {@code dag:rides} and {@code dag:rides/stage} for the scheme dag and the first part rides. By file, and in its order. */
    public List<FileView.Consumer> consumers(String scheme, String firstPart) {
        return consumers.getOrDefault(scheme + ":" + firstPart, Map.of()).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /** The steps that send to an address that begins so, as {@link #consumers}. */
    public List<FileView.Producer> producers(String scheme, String firstPart) {
        return producers.getOrDefault(scheme + ":" + firstPart, Map.of()).values().stream()
                .flatMap(List::stream)
                .toList();
    }

    /** Takes a file in, in place of what it said before. */
    void put(FileView file) {
        remove(file.path());
        files.put(file.path(), file);
        for (FileView.Bean bean : file.beans()) {
            beansByName.computeIfAbsent(bean.name(), name -> new TreeMap<>()).put(file.path(), bean);
            beansByType.computeIfAbsent(bean.type(), name -> new TreeMap<>()).put(bean.name(), bean);
        }
        for (FileView.Consumer consumer : file.consumers()) {
            consumers
                    .computeIfAbsent(key(consumer.scheme(), consumer.remaining()), name -> new TreeMap<>())
                    .computeIfAbsent(file.path(), name -> new ArrayList<>())
                    .add(consumer);
        }
        for (FileView.Producer producer : file.producers()) {
            producers
                    .computeIfAbsent(key(producer.scheme(), producer.remaining()), name -> new TreeMap<>())
                    .computeIfAbsent(file.path(), name -> new ArrayList<>())
                    .add(producer);
        }
    }

    Optional<FileView> remove(Path path) {
        FileView file = files.remove(path);
        if (file != null) {
            file.beans().forEach(bean -> {
                beansByName.getOrDefault(bean.name(), new HashMap<>()).remove(path);
                beansByType.getOrDefault(bean.type(), new HashMap<>()).remove(bean.name(), bean);
            });
            file.consumers()
                    .forEach(consumer -> consumers
                            .getOrDefault(key(consumer.scheme(), consumer.remaining()), new HashMap<>())
                            .remove(path));
            file.producers()
                    .forEach(producer -> producers
                            .getOrDefault(key(producer.scheme(), producer.remaining()), new HashMap<>())
                            .remove(path));
        }
        return Optional.ofNullable(file);
    }

    Optional<FileView> file(Path path) {
        return Optional.ofNullable(files.get(path));
    }

    Collection<FileView> files() {
        return files.values();
    }

    private static String key(String scheme, String remaining) {
        return scheme + ":" + remaining.split("/", 2)[0];
    }
}
