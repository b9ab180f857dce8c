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

/** The rooms the client wants to be in, and the joins under way. */
final class JoinedRooms {
    /** Rooms that one {@code join} may name. */
    private static final int ROOMS_IN_ONE = 100;

    private final ClientTransport transport;
    private final Map<String, RoomState> places = new LinkedHashMap<>();
    private final Map<String, Asked> asked = new HashMap<>();
    private int era;

    private record Asked(Set<String> rooms, long at) {}

    JoinedRooms(ClientTransport transport) {
        this.transport = transport;
    }

    /** @param open whether there is a connection to ask on; without one the next one asks */
    Future<JsonObject> join(String room, boolean open) {
        RoomState place = places.computeIfAbsent(room, any -> new RoomState(room, transport, this::askLater));
        boolean underWay = asked.values().stream().anyMatch(each -> each.rooms().contains(room));
        if (open && !place.isIn() && !underWay) {
            ask(List.of(room));
        }
        return place.joined();
    }

    void leave(String room) {
        Optional.ofNullable(places.remove(room)).ifPresent(RoomState::leave);
    }

    /** Whether a frame for this room may be sent. A room nobody asked to join is the server's to judge. */
    boolean isIn(String room) {
        return Optional.ofNullable(places.get(room)).map(RoomState::isIn).orElse(true);
    }

    void opened() {
        ask(List.copyOf(places.keySet()));
    }

    void cut() {
        era++;
        asked.clear();
        places.values().forEach(RoomState::cut);
    }

    void end() {
        cut();
        places.values().forEach(RoomState::leave);
        places.clear();
    }

    /** Asks again for what was not answered in time. */
    void tick(long answerMs) {
        long late = transport.now() - answerMs;
        List<Asked> unanswered =
                asked.values().stream().filter(each -> each.at() <= late).toList();
        asked.values().removeAll(unanswered);
        ask(unanswered.stream().flatMap(each -> each.rooms().stream()).toList());
    }

    void joined(ServerMessage message) {
        String room = message.roomId().orElse("");
        message.id().ifPresent(id -> answered(id, room, message.flag("more")));
        Optional.ofNullable(places.get(room)) // none: left meanwhile
                .ifPresent(place -> message.position().ifPresent(head -> place.enter(head, message)));
    }

    void entry(Placed<ClientEvent.Entry> placed) {
        Optional.ofNullable(places.get(placed.entry().roomId())).ifPresent(room -> room.offer(placed));
    }

    /** Takes an {@code error} or {@code rate_limited} if it answers a join. */
    boolean refused(ServerMessage message) {
        Optional<Asked> about = message.id().map(asked::get);
        about.ifPresent(each -> {
            List<String> rooms = message.roomId().map(List::of).orElseGet(() -> List.copyOf(each.rooms()));
            rooms.forEach(room -> settle(message.id().orElse(""), room));
            RoomState.repeatMs(message.frame())
                    .ifPresentOrElse(
                            ms -> rooms.forEach(room -> askLater(room, ms)),
                            () -> rooms.forEach(room -> dismiss(room, message.frame())));
        });
        return about.isPresent();
    }

    private void dismiss(String room, JsonObject refusal) {
        Optional.ofNullable(places.remove(room)).ifPresent(place -> {
            place.cut();
            place.refused(refusal);
        });
    }

    private void askLater(String room, long ms) {
        int asking = era;
        transport.later(ms, () -> {
            if (asking == era && places.containsKey(room)) {
                ask(List.of(room));
            }
        });
    }

    private void ask(List<String> rooms) {
        List<JsonObject> wishes = rooms.stream()
                .flatMap(room -> Optional.ofNullable(places.get(room)).stream())
                .map(RoomState::wish)
                .toList();
        for (int from = 0; from < wishes.size(); from += ROOMS_IN_ONE) {
            askFor(wishes.subList(from, Math.min(wishes.size(), from + ROOMS_IN_ONE)));
        }
    }

    private void askFor(List<JsonObject> wishes) {
        String id = transport.freshId();
        Set<String> names = new LinkedHashSet<>();
        wishes.forEach(wish -> names.add(wish.getString("roomId")));
        asked.put(id, new Asked(names, transport.now()));
        JsonObject frame =
                wishes.size() == 1 ? wishes.get(0) : new JsonObject().put("rooms", new JsonArray(List.copyOf(wishes)));
        transport.write(frame.put("type", "join").put("id", id).encode());
    }

    /** More of what was missed is still to come, and may be refused instead. Each frame has its own time. */
    private void answered(String id, String room, boolean more) {
        asked.computeIfPresent(id, (same, each) -> new Asked(each.rooms(), transport.now()));
        if (!more) {
            settle(id, room);
        }
    }

    private void settle(String id, String room) {
        Asked each = asked.get(id);
        if (each != null && each.rooms().remove(room) && each.rooms().isEmpty()) {
            asked.remove(id);
        }
    }
}
