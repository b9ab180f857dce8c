package dev.portcullis.events;

import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The events that the application defines, by name. */
public record EventTypes(SortedMap<String, EventType> byId) {
    public static final EventTypes NONE = of(List.of());

    public EventTypes {
        byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
    }

    public static EventTypes of(Collection<EventType> types) {
        return new EventTypes(
                types.stream().collect(toMap(EventType::id, Function.identity(), (a, b) -> b, TreeMap::new)));
    }

    public Optional<EventType> of(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The types in the order of their names. */
    public Collection<EventType> all() {
        return byId.values();
    }
}
