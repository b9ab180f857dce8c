package dev.portcullis.audit.analysis;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.ChainEvent;
import java.util.Set;

/**
 * Which events a pattern counts.
 *
 * @param reasons of which the event has one; empty for any
 * @param details likewise
 * @param weight how much one event counts
 */
record EventSelector(String event, Set<String> reasons, Set<String> details, long weight) {
    static EventSelector on(EventName event) {
        return new EventSelector(event.id(), Set.of(), Set.of(), 1);
    }

    static EventSelector on(ChainEvent event) {
        return new EventSelector(event.id(), Set.of(), Set.of(), 1);
    }

    EventSelector because(String... any) {
        return new EventSelector(event, Set.of(any), details, weight);
    }

    EventSelector detailed(String... any) {
        return new EventSelector(event, reasons, Set.of(any), weight);
    }

    /** For an event that the server itself has concluded from many. */
    EventSelector weighing(long each) {
        return new EventSelector(event, reasons, details, each);
    }

    boolean selects(AuditLine line) {
        return event.equals(line.event())
                && (reasons.isEmpty() || reasons.contains(line.reason()))
                && (details.isEmpty() || details.contains(line.detail()));
    }
}
