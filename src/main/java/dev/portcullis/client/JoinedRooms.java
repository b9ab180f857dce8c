package dev.portcullis.client;

import dev.portcullis.client.EntryOrderer.Placed;
import dev.portcullis.client.pace.SendPacer;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rooms that the client wants to be in, and the pending joins. */
final class JoinedRooms {
    /** The number of rooms that one {@code join} may name. */
    private static final int ROOMS_PER_JOIN = 100;

    private static final String JOIN = "join";

    private final FrameChannel transport;
    private final SendPacer pacer;
    private final Map<String, RoomState> states = new LinkedHashMap<>();
    private final Map<String, PendingJoin> pending = new HashMap<>();

    /** The rooms that are to be joined on this connection, and not before when. */
    private final Map<String, Long> due = new LinkedHashMap<>();

    private final int tail;
    private long flushAt = Long.MAX_VALUE;
    private boolean open;

    private record PendingJoin(Set<String> rooms, long at) {}

    /** @param tail of rooms that name none */
    JoinedRooms(FrameChannel transport, SendPacer pacer, int tail) {
        this.transport = transport;
        this.pacer = pacer;
        this.tail = tail;
    }

    Future<JsonObject> join(String room) {
        return join(room, tail);
    }

    /** Without a connection the next one sends the join. Joins that follow each other closely are one frame. */
    Future<JsonObject> join(String room, int ofRoom) {
        RoomState state =
                states.computeIfAbsent(room, any -> new RoomState(room, transport, ms -> joinLater(List.of(room), ms)));
        state.wantsTail(ofRoom);
        if (open && !state.isIn() && pending.keySet().stream().noneMatch(id -> awaits(id, room))) {
            joinLater(List.of(room), 0);
        }
        return state.joined();
    }

    /** How many rooms are to be joined, and not asked for yet. */
    int waiting() {
        return due.size();
    }

    /** Returns whether the client was to be in the room. */
    boolean leave(String room) {
        Optional<RoomState> state = Optional.ofNullable(states.remove(room));
        due.remove(room);
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
        open = true;
        joinNow(states.keySet());
    }

    void disconnected() {
        open = false;
        pending.clear();
        due.clear();
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
        joinNow(unanswered.stream().flatMap(each -> each.rooms().stream()).toList());
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

    private void joinNow(Collection<String> rooms) {
        long now = transport.now();
        rooms.forEach(room -> due.put(room, now));
        flush();
    }

    private void joinLater(List<String> rooms, long ms) {
        long at = transport.now() + ms;
        rooms.forEach(room -> due.merge(room, at, Math::min));
        flushIn(ms);
    }

    private void flushIn(long ms) {
        long at = transport.now() + ms;
        if (at < flushAt) {
            flushAt = at;
            transport.later(ms, () -> {
                flushAt = Long.MAX_VALUE;
                flush();
            });
        }
    }

    private void flush() {
        if (!open || due.isEmpty()) {
            return;
        }
        long now = transport.now();
        Deque<String> ready = due.entrySet().stream()
                .filter(each -> each.getValue() <= now)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(ArrayDeque::new));
        while (!ready.isEmpty() && pacer.waitMs(JOIN, now) == 0) {
            List<RoomState> batch = new ArrayList<>();
            for (int most = Math.min(ROOMS_PER_JOIN, pacer.free(JOIN, now)); most > 0 && !ready.isEmpty(); most--) {
                String room = ready.removeFirst();
                due.remove(room);
                Optional.ofNullable(states.get(room)).ifPresent(batch::add);
            }
            if (!batch.isEmpty()) {
                sendJoin(batch.stream().map(RoomState::joinRequest).toList());
            }
        }
        due.values().stream()
                .mapToLong(at -> Math.max(at - now, pacer.waitMs(JOIN, now)))
                .min()
                .ifPresent(this::flushIn);
    }

    private void sendJoin(List<JsonObject> requests) {
        String id = transport.newId();
        Set<String> names = new LinkedHashSet<>();
        requests.forEach(request -> names.add(request.getString("roomId")));
        pending.put(id, new PendingJoin(names, transport.now()));
        JsonObject frame = requests.size() == 1
                ? requests.get(0)
                : new JsonObject().put("rooms", new JsonArray(List.copyOf(requests)));
        transport.write(frame.put("type", JOIN).put("id", id));
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
