package dev.portcullis.events;

import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.function.Supplier;

/**
 * The events of the application, as a node has them.
 *
 * @param judges makes a judge of their data, one for each event loop
 */
public record OwnEvents(EventTypes types, Supplier<EventJudge> judges) {
    private static final EventJudge.Judged UNKNOWN = new EventJudge.Invalid(List.of(new Violation("/event", "enum")));

    /** Of an application that defines none: every name is unknown. */
    public static final OwnEvents NONE = new OwnEvents(EventTypes.NONE, () -> (id, data) -> UNKNOWN);
}
