package dev.portcullis.cluster.workload;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The join frames of a client that wants to be in all its rooms. */
final class JoinRequests {
    private static final long REPEAT_MS = 200;

    private final String name;
    private final Collection<RoomState> rooms;
    private final Map<String, List<RoomState>> asked = new HashMap<>();
    private int asks;
    private long joinAt;

    /** @param name prefix of the frame ids */
    JoinRequests(String name, Collection<RoomState> rooms) {
        this.name = name;
        this.rooms = rooms;
    }

    /** Returns the frames that are due; the caller must send them. */
    List<JsonObject> due(long now) {
        return join(now).map(List::of).orElseGet(List::of);
    }

    private Optional<JsonObject> join(long now) {
        List<RoomState> wanted = rooms.stream().filter(RoomState::needsJoin).toList();
        if (wanted.isEmpty() || now < joinAt) {
            return Optional.empty();
        }
        wanted.forEach(RoomState::asked);
        return Optional.of(Frames.join(idFor(wanted), wanted));
    }

    private String idFor(List<RoomState> about) {
        String id = name + "-ask-" + asks++;
        asked.put(id, about);
        return id;
    }

    /** @param room the refused room; empty if the whole frame is refused */
    void refused(String id, Optional<String> room, long now) {
        asked.getOrDefault(id, List.of()).stream()
                .filter(each -> room.map(each.room()::equals).orElse(true))
                .forEach(RoomState::refused);
        joinAt = now + REPEAT_MS;
    }

    void cut() {
        asked.clear();
    }
}
