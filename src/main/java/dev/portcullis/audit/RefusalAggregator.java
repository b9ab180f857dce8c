package dev.portcullis.audit;

import dev.portcullis.audit.EventName.Priority;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Aggregates repeated refusals, so that a flood can't fill the disk or displace other evidence (CWE-779). The first
 * refusal of an event, source, reason and detail is written at once; those that follow within the window become one
 * line with their count at its end. Refusals of more sources than can be distinguished are counted for each event.
 */
final class RefusalAggregator {
    private static final String OTHER_SOURCES = "other_sources";

    private record Key(EventName name, String source, String reason, String detail) {}

    private static final class Window {
        private final AuditEvent first;
        private final long ends;
        private long repeats;

        Window(AuditEvent first, long ends) {
            this.first = first;
            this.ends = ends;
        }
    }

    private final AuditConfig config;
    private final LongSupplier millis;

    /**
     * All windows have equal length, so their order of insertion is the order of their ends. Refusals that any client can
     * cause have a bound of their own, so that a flood can't hide whose login or token was refused.
     */
    private final Map<Priority, Map<Key, Window>> windows = new EnumMap<>(Priority.class);

    private final Map<EventName, Window> others = new EnumMap<>(EventName.class);

    RefusalAggregator(AuditConfig config, LongSupplier millis) {
        this.config = config;
        this.millis = millis;
    }

    /** The event, if it is to be written now. */
    synchronized Optional<AuditEvent> admit(AuditEvent event) {
        if (!event.name().isRefusal()) {
            return Optional.of(event);
        }
        Key key = new Key(event.name(), event.source(), event.reason(), event.detail());
        Map<Key, Window> alike = windows.computeIfAbsent(Priority.of(event.name()), any -> new LinkedHashMap<>());
        Window open = alike.get(key);
        if (open != null) {
            open.repeats++;
            return Optional.empty();
        }
        if (alike.size() >= config.sources()) {
            others.computeIfAbsent(
                            event.name(), name -> window(AuditEvent.of(name).reason(OTHER_SOURCES)))
                    .repeats++;
            return Optional.empty();
        }
        alike.put(key, window(event));
        return Optional.of(event);
    }

    /** The lines of the windows that have ended. */
    synchronized List<AuditEvent> due() {
        return endedBy(millis.getAsLong());
    }

    /** The lines of all windows, when the node stops. */
    synchronized List<AuditEvent> remaining() {
        return endedBy(Long.MAX_VALUE);
    }

    private List<AuditEvent> endedBy(long now) {
        List<AuditEvent> lines = new ArrayList<>();
        windows.values().forEach(each -> collect(each.values().iterator(), now, lines));
        collect(others.values().iterator(), now, lines);
        return lines;
    }

    /** If the clock was set back, a later window may precede an earlier one, which is then found in a later call. */
    private static void collect(Iterator<Window> all, long now, List<AuditEvent> lines) {
        while (all.hasNext()) {
            Window window = all.next();
            if (window.ends <= now) {
                all.remove();
                if (window.repeats > 0) {
                    lines.add(window.first.count(window.repeats));
                }
            }
        }
    }

    private Window window(AuditEvent first) {
        return new Window(first, millis.getAsLong() + config.repeatsMs());
    }
}
