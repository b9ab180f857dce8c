package dev.portcullis.client;

import dev.portcullis.client.EntryOrderer.Placed;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rooms that the client wants to be in, and the pending joins. */
final class JoinedRooms {
    /** The number of rooms that one {@code join} may name. */
    private static final int ROOMS_PER_JOIN = 100;

    private final ClientTransport transport;
    private final Map<String, RoomState> states = new LinkedHashMap<>();
    private final Map<String, PendingJoin> pending = new HashMap<>();
    private int generation;

    private record PendingJoin(Set<String> rooms, long at) {}

    JoinedRooms(ClientTransport transport) {
        this.transport = transport;
    }

    /** @param open whether there is a connection; otherwise the next connection sends the join */
    Future<JsonObject> join(String room, boolean open) {
        RoomState state = states.computeIfAbsent(room, any -> new RoomState(room, transport, this::joinLater));
        boolean joining =
                pending.values().stream().anyMatch(each -> each.rooms().contains(room));
        if (open && !state.isIn() && !joining) {
            sendJoins(List.of(room));
        }
        return state.joined();
    }

    /** Returns whether the client was to be in the room. */
    boolean leave(String room) {
        Optional<RoomState> state = Optional.ofNullable(states.remove(room));
        state.ifPresent(RoomState::leave);
        return state.isPresent();
    }

    /** Whether a frame for this room may be sent. A room without a join request is left to the server to check. */
    boolean isIn(String room) {
        return Optional.ofNullable(states.get(room)).map(RoomState::isIn).orElse(true);
    }

    void opened() {
        sendJoins(List.copyOf(states.keySet()));
    }

    void disconnected() {
        generation++;
        pending.clear();
        states.values().forEach(RoomState::disconnected);
    }

    void end() {
        disconnected();
        states.values().forEach(RoomState::leave);
        states.clear();
    }

    /** Repeats joins that were not answered in time. */
    void tick(long answerMs) {
        long late = transport.now() - answerMs;
        List<PendingJoin> unanswered =
                pending.values().stream().filter(each -> each.at() <= late).toList();
        pending.values().removeAll(unanswered);
        sendJoins(unanswered.stream().flatMap(each -> each.rooms().stream()).toList());
    }

    void joined(ServerMessage message) {
        String room = message.roomId().orElse("");
        message.id().ifPresent(id -> answered(id, room, message.flag("more")));
        Optional.ofNullable(states.get(room)) // absent if the room was left meanwhile
                .ifPresent(state -> message.position().ifPresent(head -> state.enter(head, message)));
    }

    void entry(Placed<ClientEvent.Entry> placed) {
        Optional.ofNullable(states.get(placed.entry().roomId())).ifPresent(room -> room.offer(placed));
    }

    /** Handles an {@code error} or {@code rate_limited} if it answers a join. */
    boolean refused(ServerMessage message) {
        Optional<PendingJoin> join = message.id().map(pending::get);
        join.ifPresent(each -> {
            List<String> rooms = message.roomId().map(List::of).orElseGet(() -> List.copyOf(each.rooms()));
            rooms.forEach(room -> complete(message.id().orElse(""), room));
            RoomState.repeatMs(message.frame())
                    .ifPresentOrElse(
                            ms -> rooms.forEach(room -> joinLater(room, ms)),
                            () -> rooms.forEach(room -> remove(room, message.frame())));
        });
        return join.isPresent();
    }

    private void remove(String room, JsonObject refusal) {
        Optional.ofNullable(states.remove(room)).ifPresent(state -> {
            state.disconnected();
            state.refused(refusal);
        });
    }

    private void joinLater(String room, long ms) {
        int current = generation;
        transport.later(ms, () -> {
            if (current == generation && states.containsKey(room)) {
                sendJoins(List.of(room));
            }
        });
    }

    private void sendJoins(List<String> rooms) {
        List<JsonObject> requests = rooms.stream()
                .flatMap(room -> Optional.ofNullable(states.get(room)).stream())
                .map(RoomState::joinRequest)
                .toList();
        for (int from = 0; from < requests.size(); from += ROOMS_PER_JOIN) {
            sendJoin(requests.subList(from, Math.min(requests.size(), from + ROOMS_PER_JOIN)));
        }
    }

    private void sendJoin(List<JsonObject> requests) {
        String id = transport.newId();
        Set<String> names = new LinkedHashSet<>();
        requests.forEach(request -> names.add(request.getString("roomId")));
        pending.put(id, new PendingJoin(names, transport.now()));
        JsonObject frame = requests.size() == 1
                ? requests.get(0)
                : new JsonObject().put("rooms", new JsonArray(List.copyOf(requests)));
        transport.write(frame.put("type", "join").put("id", id).encode());
    }

    /** If more missed entries follow, they may still be refused, so each frame restarts the timeout. */
    private void answered(String id, String room, boolean more) {
        pending.computeIfPresent(id, (same, each) -> new PendingJoin(each.rooms(), transport.now()));
        if (!more) {
            complete(id, room);
        }
    }

    private void complete(String id, String room) {
        PendingJoin each = pending.get(id);
        if (each != null && each.rooms().remove(room) && each.rooms().isEmpty()) {
            pending.remove(id);
        }
    }
}
