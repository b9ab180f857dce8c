package dev.portcullis.audit.chain;

import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.AuditEvent.AuditField;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The content of one line.
 *
 * @param at in milliseconds
 * @param fields the other fields, as numbers and texts
 */
record ChainEntry(long at, String severity, String event, Map<String, Object> fields) {
    static ChainEntry of(AuditEvent event, long at) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<AuditField, Object> each : event.fields().entrySet()) {
            fields.put(each.getKey().id(), each.getValue());
        }
        return new ChainEntry(at, event.name().level().name(), event.name().id(), fields);
    }

    /** Something that the node has not written stood in a file, and is set aside. */
    static ChainEntry foreign(long at, String file, long bytes, String to) {
        return of(ChainEvent.FOREIGN, at, Map.of("file", file, "bytes", bytes, "to", to));
    }

    static ChainEntry of(ChainEvent event, long at, Map<String, Object> fields) {
        return new ChainEntry(at, event.level().name(), event.id(), new TreeMap<>(fields));
    }
}
