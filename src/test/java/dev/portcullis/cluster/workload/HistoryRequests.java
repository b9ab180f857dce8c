package dev.portcullis.cluster.workload;

import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client asks for to be where it wants to be. */
final class HistoryRequests {
    private static final long REPEAT_MS = 200;

    private final String name;
    private final Collection<RoomState> rooms;
    private final Map<String, List<RoomState>> asked = new HashMap<>();
    private int asks;
    private long joinAt;

    /** @param name begins the ids of its frames */
    HistoryRequests(String name, Collection<RoomState> rooms) {
        this.name = name;
        this.rooms = rooms;
    }

    /** Those that are due. Whoever takes them sends them. */
    List<JsonObject> due(long now) {
        return join(now).map(List::of).orElseGet(List::of);
    }

    private Optional<JsonObject> join(long now) {
        List<RoomState> wanted = rooms.stream().filter(RoomState::isWanting).toList();
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

    /** A refusal names the room that it is about, unless it is about the whole frame. */
    void refused(String id, Optional<String> room, long now) {
        asked.getOrDefault(id, List.of()).stream()
                .filter(place -> room.map(place.room()::equals).orElse(true))
                .forEach(RoomState::refused);
        joinAt = now + REPEAT_MS;
    }

    void cut() {
        asked.clear();
    }
}
