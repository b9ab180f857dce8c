package dev.portcullis.admin;

import dev.portcullis.broadcast.BodyHash;
import dev.portcullis.broadcast.server.ServerEvent;
import dev.portcullis.events.EventJudge;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.protocol.Rejection.Violation;
import java.util.List;
import java.util.function.Function;

/**
 * Judges the events of the application's server by the schemas of those of clients. Of the rules for senders only where an
 * event may go holds for the server.
 */
record EventBodies(EventJudge judge, Destination to) {

    <R> R judge(String event, byte[] data, Function<ServerEvent, R> fits, Function<List<Violation>, R> invalid) {
        return judge.judge(event, data)
                .fold(
                        (type, judged) -> type.destinations().contains(to)
                                ? fits.apply(
                                        new ServerEvent(type.id(), judged, BodyHash.of(event, data), type.stored()))
                                : invalid.apply(List.of(new Violation("/event", "not"))),
                        invalid);
    }
}
