package dev.portcullis.client;

import dev.portcullis.client.entries.EntryOrderer.Placed;
import dev.portcullis.client.pace.SendPacer;
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
    private final SendPacer pacer;
    private final Map<String, RoomState> states = new LinkedHashMap<>();
    private final Map<String, PendingJoin> pending = new HashMap<>();
    private int generation;

    private record PendingJoin(Set<String> rooms, long at) {}

    JoinedRooms(ClientTransport transport, SendPacer pacer) {
        this.transport = transport;
        this.pacer = pacer;
    }

    /** @param open whether there is a connection; otherwise the next connection sends the join */
    Future<JsonObject> join(String room, boolean open) {
        RoomState state = states.computeIfAbsent(
                room, any -> new RoomState(room, transport, (name, ms) -> joinLater(List.of(name), ms)));
        if (open && !state.isIn() && pending.keySet().stream().noneMatch(id -> awaits(id, room))) {
            sendJoins(List.of(room));
        }
        return state.joined();
    }

    /** Returns whether the client was to be in the room. */
    boolean leave(String room) {
        Optional<RoomState> state = Optional.ofNullable(states.remove(room));
        state.ifPresent(RoomState::left);
        Set.copyOf(pending.keySet()).forEach(id -> complete(id, room));
        return state.isPresent();
    }

    boolean wants(String room) {
        return states.containsKey(room);
    }

    /**
     * The user's new token does not grant the room. If a join is under way, its answer says what holds now.
     *
     * @return whether the client was in the room
     */
    boolean notGranted(String room) {
        boolean joined = wants(room) && isIn(room) && pending.keySet().stream().noneMatch(id -> awaits(id, room));
        return joined && leave(room);
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
        ClientFailure ended = new ClientFailure(ClientFailure.Kind.ENDED, "the client has ended");
        states.values().forEach(state -> state.end(ended));
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
        if (message.id().filter(id -> !awaits(id, room)).isPresent()) {
            return; // it answers a join that was given up
        }
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
                            ms -> joinLater(rooms, ms), () -> rooms.forEach(room -> remove(room, message.frame())));
        });
        return join.isPresent();
    }

    private void remove(String room, JsonObject refusal) {
        Optional.ofNullable(states.remove(room)).ifPresent(state -> {
            state.disconnected();
            state.refused(refusal);
        });
    }

    private void joinLater(List<String> rooms, long ms) {
        int current = generation;
        transport.later(ms, () -> {
            if (current == generation) {
                sendJoins(rooms);
            }
        });
    }

    private void sendJoins(List<String> rooms) {
        long wait = pacer.waitMs("join", transport.now());
        if (wait > 0) {
            joinLater(rooms, wait);
            return;
        }
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
        transport.write(frame.put("type", "join").put("id", id));
    }

    /** If more missed entries follow, they may still be refused, so each frame restarts the timeout. */
    private void answered(String id, String room, boolean more) {
        pending.computeIfPresent(id, (same, each) -> new PendingJoin(each.rooms(), transport.now()));
        if (!more) {
            complete(id, room);
        }
    }

    private boolean awaits(String id, String room) {
        PendingJoin each = pending.get(id);
        return each != null && each.rooms().contains(room);
    }

    private void complete(String id, String room) {
        PendingJoin each = pending.get(id);
        if (each != null && each.rooms().remove(room) && each.rooms().isEmpty()) {
            pending.remove(id);
        }
    }
}
