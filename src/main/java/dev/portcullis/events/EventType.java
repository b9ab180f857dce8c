package dev.portcullis.events;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.RoomRole;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An event that the application defines.
 *
 * @param id its name on the wire, in limits and in metrics
 * @param schema of its data, as the operator wrote it
 * @param stored whether it is an entry of a stream; if not, it goes once to those who are connected
 * @param role the lowest one that may send it to a room
 * @param from the allowed sender
 * @param minute how often a minute a user may send it; empty for the limit of the frame alone
 */
public record EventType(
        String id,
        Map<String, Object> schema,
        boolean stored,
        Set<Destination> destinations,
        RoomRole role,
        Source from,
        OptionalInt minute)
        implements ClientAction {

    /** The allowed destinations of an event. */
    public enum Destination implements LowerCaseId {
        ROOM,
        DIRECT
    }

    /** The allowed senders of an event. */
    public enum Source implements LowerCaseId {
        CLIENTS,
        /** Only the application's server. */
        SERVER
    }

    /** The parts that must be the same on all nodes. The limit may differ: each frame is counted by one node's. */
    public List<String> parts() {
        return List.of(
                id,
                Json.write(schema),
                Boolean.toString(stored),
                destinations.stream().sorted().map(Destination::id).collect(Collectors.joining(",")),
                role.id(),
                from.id());
    }

    @Override
    public String toString() {
        return "EventType[" + id + "]";
    }
}
