package dev.portcullis.kit;

import dev.portcullis.audit.AuditEvent;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The audit events of one node or one part, in their order. */
public final class RecordedEvents implements Consumer<AuditEvent> {
    private final List<Map<String, String>> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(AuditEvent event) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("event", event.name().id());
        event.fields().forEach((field, value) -> fields.put(field.id(), String.valueOf(value)));
        events.add(fields);
    }

    /** Each with its fields, and its name as {@code event}. */
    public List<Map<String, String>> all() {
        return List.copyOf(events);
    }
}
