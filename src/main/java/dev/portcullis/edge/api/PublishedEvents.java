package dev.portcullis.edge.api;

import dev.portcullis.config.Json;
import dev.portcullis.events.EventType;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The events of the application, for authors of clients: names, schemas and rules. */
final class PublishedEvents {
    private PublishedEvents() {}

    static String json(EventTypes events) {
        List<Map<String, Object>> rows =
                events.all().stream().map(PublishedEvents::row).toList();
        return Json.pretty(Map.of("events", rows));
    }

    private static Map<String, Object> row(EventType type) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", type.id());
        row.put("store", type.stored());
        row.put(
                "targets",
                type.destinations().stream().sorted().map(Destination::id).toList());
        row.put("role", type.role().id());
        row.put("from", type.from().id());
        type.minute().ifPresent(minute -> row.put("minute", (long) minute));
        row.put("schema", type.schema());
        return row;
    }
}
