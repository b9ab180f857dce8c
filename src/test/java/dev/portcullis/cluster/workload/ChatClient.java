package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.ClientEvent;
import dev.portcullis.cluster.history.Entry;
import dev.portcullis.cluster.history.History;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A client that talks, listens, comes back to any node when it is cut off, and resumes. It trusts nothing and repairs
 * nothing: what it is told goes into the history as it came.
 */
final class ChatClient implements ClientConnection.Owner {
    private static final long PING_MS = 1_000;
    private static final int BACKOFF_MS = 200;

    private final Persona persona;
    private final History.Witness witness;
    private final List<Door> doors;
    private final WebSocketClient client;
    private final Speech.Habits habits;
    private final Random random;
    private final Speech speech;
    private final Map<String, RoomState> places = new LinkedHashMap<>();
    private final HistoryRequests historyRequests;
    private final List<String> oddities = new ArrayList<>();
    private Optional<ClientConnection> connection = Optional.empty();
    private Door door;
    private boolean greeted;
    private long now;
    private long dialAt;
    private long heardAt;
    private long sentAt;

    ChatClient(
            Persona persona,
            List<String> rooms,
            History history,
            List<Door> doors,
            WebSocketClient client,
            Speech.Habits habits,
            Random random) {
        this.persona = persona;
        this.witness = history.witness(persona.name(), persona.user());
        this.doors = doors;
        this.client = client;
        this.habits = habits;
        this.random = random;
        this.speech = new Speech(persona.name(), habits, witness, random);
        this.door = doors.get(random.nextInt(doors.size()));
        rooms.forEach(room -> places.put(room, new RoomState(room)));
        this.historyRequests = new HistoryRequests(persona.name(), places.values());
    }

    Persona persona() {
        return persona;
    }

    List<String> rooms() {
        return List.copyOf(places.keySet());
    }

    /** Somebody is about to remove this user. */
    void mayLose(String room) {
        places.get(room).mayBeBarred();
    }

    Speech speech() {
        return speech;
    }

    /** Does what is due. */
    void tick(long millis) {
        now = millis;
        if (connection.isEmpty()) {
            dial();
        } else if (now - heardAt > habits.patienceMs()) {
            connection.get().drop();
        } else if (greeted) {
            historyRequests.due(now).forEach(this::send);
            talk();
            ping();
        }
    }

    private void dial() {
        if (now >= dialAt) {
            heardAt = now;
            connection = Optional.of(
                    ClientConnection.dial(client, door.ws(), door.token(persona.user(), persona.role()), this));
        }
    }

    private void talk() {
        List<String> open = places.values().stream()
                .filter(RoomState::isOpen)
                .map(RoomState::room)
                .toList();
        Optional<JsonObject> frame = speech.next(now, open);
        while (frame.isPresent()) {
            send(frame.get());
            frame = greeted ? speech.next(now, open) : Optional.empty(); // a send may find that the line is dead
        }
    }

    private void ping() {
        if (now - sentAt > PING_MS) {
            send(new JsonObject().put("type", "ping"));
        }
    }

    private void send(JsonObject frame) {
        sentAt = now;
        connection.ifPresent(open -> open.send(frame));
    }

    @Override
    public void heard(JsonObject frame) {
        heardAt = now;
        switch (frame.getString("type")) {
            case "auth_success" -> {
                greeted = true;
                witness.opened(door.name());
            }
            case "joined" -> joined(frame);
            case "ack" -> acked(frame);
            case "error" -> refused(frame, frame.getString("reason"));
            case "rate_limited" -> refused(frame, "rate_limited");
            case Entry.CHAT, Entry.REMOVAL -> delivered(Frames.entry(frame));
            case "pong", "server_draining" -> {
                // The close that the second one announces will come.
            }
            default -> oddities.add(frame.encode());
        }
    }

    private void acked(JsonObject frame) {
        speech.acked(frame);
        places.get(frame.getString("roomId")).acked(frame.getLong("seq"));
    }

    private void joined(JsonObject frame) {
        RoomState room = places.get(frame.getString("roomId"));
        ClientEvent.Joined joined = Frames.joined(frame, room.since());
        witness.note(joined);
        room.joined(joined);
    }

    private void delivered(Entry entry) {
        witness.note(new ClientEvent.Heard(entry));
        RoomState room = places.get(entry.room());
        room.heard(entry, persona.user());
        forgetIfOut(room);
    }

    private void refused(JsonObject frame, String reason) {
        if (!Speech.passes(reason) && !isRemoval(frame, reason)) {
            oddities.add(frame.encode());
        }
        String id = frame.getString("id", "");
        if (!speech.refused(id, reason, now)) {
            historyRequests.refused(id, Optional.ofNullable(frame.getString("roomId")), now);
        }
    }

    /** Whoever is removed may learn of it from a refusal first, or only so. */
    private boolean isRemoval(JsonObject frame, String reason) {
        Optional<RoomState> room = speech.roomOf(frame.getString("id", ""))
                .or(() -> Optional.ofNullable(frame.getString("roomId")))
                .map(places::get)
                .filter(each -> reason.equals("not_member") && each.takesForBarred());
        room.ifPresent(this::forgetIfOut);
        return room.isPresent();
    }

    private void forgetIfOut(RoomState room) {
        if (room.isBarred()) {
            speech.forget(room.room());
        }
    }

    @Override
    public void cut(int code) {
        if (greeted) {
            witness.note(new ClientEvent.Cut(code));
        }
        greeted = false;
        connection = Optional.empty();
        speech.cut();
        historyRequests.cut();
        places.values().forEach(RoomState::cut);
        dialAt = now + random.nextInt(BACKOFF_MS);
        door = doors.get(random.nextInt(doors.size()));
    }

    void leave() {
        connection.ifPresent(ClientConnection::drop);
    }

    /** Whether it is in all its rooms. */
    boolean isIn() {
        return greeted && places.values().stream().allMatch(RoomState::isOpen);
    }

    /** Whether it is in all its rooms, waits for nothing, and has all of this. */
    boolean isAtRest(Map<String, Long> heads) {
        return greeted
                && speech.isDone()
                && places.values().stream().allMatch(room -> room.hasAllUpTo(heads.getOrDefault(room.room(), 0L)));
    }

    /** Raises each room's newest place to what this one knows. */
    void raise(Map<String, Long> heads) {
        places.values().forEach(room -> heads.merge(room.room(), room.known(), Math::max));
    }

    /** What no history shows: frames it has no word for, refusals that do not pass by themselves. */
    List<String> oddities() {
        return oddities;
    }

    @Override
    public String toString() {
        return persona.name() + (greeted ? " at " : " on its way to ") + door.name() + " " + places.values();
    }
}
