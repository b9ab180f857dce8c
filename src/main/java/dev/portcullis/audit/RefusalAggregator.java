package dev.portcullis.audit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Gathers repeated refusals, so that a flood cannot fill the disk or wash other evidence away (CWE-779). The first of an
 * event, source, reason and detail is written at once; those that follow within the window become one line with their
 * count at its end. Where there are too many sources to tell apart, the rest are counted for each event.
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

    /** All windows are equally long, so the order of their begin is that of their end. */
    private final Map<Key, Window> windows = new LinkedHashMap<>();

    private final Map<EventName, Window> others = new EnumMap<>(EventName.class);

    RefusalAggregator(AuditConfig config, LongSupplier millis) {
        this.config = config;
        this.millis = millis;
    }

    /** The event if it is to be written now. */
    synchronized Optional<AuditEvent> admit(AuditEvent event) {
        if (!event.name().isRefusal()) {
            return Optional.of(event);
        }
        Key key = new Key(event.name(), event.source(), event.reason(), event.detail());
        Window open = windows.get(key);
        if (open != null) {
            open.repeats++;
            return Optional.empty();
        }
        if (windows.size() >= config.sources()) {
            others.computeIfAbsent(
                            event.name(), name -> window(AuditEvent.of(name).reason(OTHER_SOURCES)))
                    .repeats++;
            return Optional.empty();
        }
        windows.put(key, window(event));
        return Optional.of(event);
    }

    /** The lines of the windows that have ended. */
    synchronized List<AuditEvent> due() {
        return endedBy(millis.getAsLong());
    }

    /** The lines of all windows: nothing comes after. */
    synchronized List<AuditEvent> rest() {
        return endedBy(Long.MAX_VALUE);
    }

    private List<AuditEvent> endedBy(long now) {
        List<AuditEvent> lines = new ArrayList<>();
        collect(windows.values().iterator(), now, lines);
        collect(others.values().iterator(), now, lines);
        return lines;
    }

    /** A clock that was set back would leave a later window before an earlier one: that one is met a round later. */
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
