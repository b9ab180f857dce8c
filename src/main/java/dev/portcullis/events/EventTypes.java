package dev.portcullis.events;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The events that the application defines, by name. */
public final class EventTypes {
    public static final EventTypes NONE = new EventTypes(List.of());

    private final Map<String, EventType> byId = new TreeMap<>();

    public EventTypes(Collection<EventType> types) {
        types.forEach(type -> byId.put(type.id(), type));
    }

    public Optional<EventType> of(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** In the order of their names. */
    public Collection<EventType> all() {
        return Collections.unmodifiableCollection(byId.values());
    }
}
