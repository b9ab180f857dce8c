package dev.portcullis.broadcast.server;

import dev.portcullis.streams.StreamName;
import java.util.List;

/**
 * Messages for one room or inbox, in their order, complete before the first attempt.
 *
 * @param undelivered how many of these messages may wait in one inbox, so that they can't push out those of users
 * @param notAfter when none of them must be appended any more
 */
public record ServerBatch(StreamName to, List<ServerMessage> messages, int undelivered, long notAfter) {
    /** The same without the events that are not stored. */
    ServerBatch ofStored() {
        return new ServerBatch(
                to, messages.stream().filter(ServerMessage::isStored).toList(), undelivered, notAfter);
    }
}
