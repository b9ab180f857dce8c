package dev.portcullis.admin;

import dev.portcullis.broadcast.Publication;
import dev.portcullis.events.EventJudge;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Target;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Judges the events of the application's server by the schemas for clients. The rules about senders do not hold for the server,
 * except where an event may go.
 */
record EventBodies(EventJudge judge, Target to) {

    /** @param taken gets the event, and whether it is stored */
    <R> R judge(
            String event,
            byte[] data,
            BiFunction<Publication.Event, Boolean, R> taken,
            Function<List<Violation>, R> invalid) {
        Destination destination = to.fold(room -> Destination.ROOM, user -> Destination.DIRECT);
        return judge.judge(event, data)
                .fold(
                        fits -> fits.type().destinations().contains(destination)
                                ? taken.apply(
                                        Publication.Event.of(to, fits.type().id(), fits.data(), data),
                                        fits.type().stored())
                                : invalid.apply(List.of(new Violation("/event", "not"))),
                        invalid);
    }
}
