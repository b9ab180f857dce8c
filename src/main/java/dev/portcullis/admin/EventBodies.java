package dev.portcullis.admin;

import dev.portcullis.broadcast.BodyHash;
import dev.portcullis.broadcast.server.ServerEvent;
import dev.portcullis.events.EventJudge;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.function.Function;

/**
 * Judges the events of the application's server by the schemas for clients. The rules about senders do not hold for the server,
 * except where an event may go.
 */
record EventBodies(EventJudge judge, Destination to) {

    <R> R judge(String event, byte[] data, Function<ServerEvent, R> taken, Function<List<Violation>, R> invalid) {
        return judge.judge(event, data)
                .fold(
                        fits -> fits.type().destinations().contains(to)
                                ? taken.apply(new ServerEvent(
                                        fits.type().id(),
                                        fits.data(),
                                        BodyHash.of(event, data),
                                        fits.type().stored()))
                                : invalid.apply(List.of(new Violation("/event", "not"))),
                        invalid);
    }
}
