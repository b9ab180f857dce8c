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
 * A client that publishes, receives, reconnects to any node when it is disconnected, and resumes. It neither checks nor
 * repairs what it receives, but records it in the history.
 */
final class ChatClient implements ClientConnection.Listener {
    private static final long PING_MS = 1_000;
    private static final int BACKOFF_MS = 200;

    private final ClientIdentity identity;
    private final History.Recorder recorder;
    private final List<Endpoint> endpoints;
    private final WebSocketClient client;
    private final Publisher.Settings settings;
    private final Random random;
    private final Publisher publisher;
    private final Map<String, RoomState> rooms = new LinkedHashMap<>();
    private final JoinRequests joinRequests;
    private final List<String> unexpectedFrames = new ArrayList<>();
    private Optional<ClientConnection> connection = Optional.empty();
    private Endpoint endpoint;
    private boolean authenticated;
    private long now;
    private long dialAt;
    private long heardAt;
    private long sentAt;

    ChatClient(
            ClientIdentity identity,
            List<String> rooms,
            History history,
            List<Endpoint> endpoints,
            WebSocketClient client,
            Publisher.Settings settings,
            Random random) {
        this.identity = identity;
        this.recorder = history.recorder(identity.name(), identity.user());
        this.endpoints = endpoints;
        this.client = client;
        this.settings = settings;
        this.random = random;
        this.publisher = new Publisher(identity.name(), settings, recorder, random);
        this.endpoint = endpoints.get(random.nextInt(endpoints.size()));
        rooms.forEach(room -> this.rooms.put(room, new RoomState(room)));
        this.joinRequests = new JoinRequests(identity.name(), this.rooms.values());
    }

    ClientIdentity identity() {
        return identity;
    }

    List<String> roomIds() {
        return List.copyOf(rooms.keySet());
    }

    /** This user will be removed from the room. */
    void expectRemoval(String room) {
        rooms.get(room).expectRemoval();
    }

    Publisher speech() {
        return publisher;
    }

    /** Connects, sends and pings as far as it is due. */
    void tick(long millis) {
        now = millis;
        if (connection.isEmpty()) {
            dial();
        } else if (now - heardAt > settings.patienceMs()) {
            connection.get().drop();
        } else if (authenticated) {
            joinRequests.due(now).forEach(this::send);
            publish();
            ping();
        }
    }

    private void dial() {
        if (now >= dialAt) {
            heardAt = now;
            connection = Optional.of(ClientConnection.dial(
                    client, endpoint.ws(), endpoint.token(identity.user(), identity.role()), this));
        }
    }

    private void publish() {
        List<String> open = rooms.values().stream()
                .filter(RoomState::isOpen)
                .map(RoomState::room)
                .toList();
        Optional<JsonObject> frame = publisher.next(now, open);
        while (frame.isPresent()) {
            send(frame.get());
            frame = authenticated ? publisher.next(now, open) : Optional.empty(); // a failed send ends the connection
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
    public void onFrame(JsonObject frame) {
        heardAt = now;
        switch (frame.getString("type")) {
            case "auth_success" -> {
                authenticated = true;
                recorder.connected(endpoint.name());
            }
            case "joined" -> joined(frame);
            case "ack" -> acked(frame);
            case "error" -> refused(frame, frame.getString("reason"));
            case "rate_limited" -> refused(frame, "rate_limited");
            case Entry.CHAT, Entry.REMOVAL -> delivered(Frames.entry(frame));
            case "pong", "server_draining" -> {
                // server_draining is followed by a close frame.
            }
            default -> unexpectedFrames.add(frame.encode());
        }
    }

    private void acked(JsonObject frame) {
        publisher.acked(frame);
        rooms.get(frame.getString("roomId")).acked(frame.getLong("seq"));
    }

    private void joined(JsonObject frame) {
        RoomState room = rooms.get(frame.getString("roomId"));
        ClientEvent.Joined joined = Frames.joined(frame, room.since());
        recorder.add(joined);
        room.joined(joined);
    }

    private void delivered(Entry entry) {
        recorder.add(new ClientEvent.Delivered(entry));
        RoomState room = rooms.get(entry.room());
        room.heard(entry, identity.user());
        forgetIfRemoved(room);
    }

    private void refused(JsonObject frame, String reason) {
        if (!Publisher.isTemporary(reason) && !isExpectedRemoval(frame, reason)) {
            unexpectedFrames.add(frame.encode());
        }
        String id = frame.getString("id", "");
        if (!publisher.refused(id, reason, now)) {
            joinRequests.refused(id, Optional.ofNullable(frame.getString("roomId")), now);
        }
    }

    /** A removed user may learn of the removal from a refusal only. */
    private boolean isExpectedRemoval(JsonObject frame, String reason) {
        Optional<RoomState> room = publisher
                .roomOf(frame.getString("id", ""))
                .or(() -> Optional.ofNullable(frame.getString("roomId")))
                .map(rooms::get)
                .filter(each -> reason.equals("not_member") && each.acceptRemoval());
        room.ifPresent(this::forgetIfRemoved);
        return room.isPresent();
    }

    private void forgetIfRemoved(RoomState room) {
        if (room.isRemoved()) {
            publisher.forgetRoom(room.room());
        }
    }

    @Override
    public void onClosed(int code) {
        if (authenticated) {
            recorder.add(new ClientEvent.Disconnected(code));
        }
        authenticated = false;
        connection = Optional.empty();
        publisher.cut();
        joinRequests.cut();
        rooms.values().forEach(RoomState::cut);
        dialAt = now + random.nextInt(BACKOFF_MS);
        endpoint = endpoints.get(random.nextInt(endpoints.size()));
    }

    void disconnect() {
        connection.ifPresent(ClientConnection::drop);
    }

    /** Whether the client has joined all its rooms. */
    boolean isJoined() {
        return authenticated && rooms.values().stream().allMatch(RoomState::isOpen);
    }

    /** Whether the client has joined its rooms, waits for no answer, and has all entries up to these heads. */
    boolean isSettled(Map<String, Long> heads) {
        return authenticated
                && publisher.isDone()
                && rooms.values().stream().allMatch(room -> room.hasAllUpTo(heads.getOrDefault(room.room(), 0L)));
    }

    boolean isSettled(String room, long head) {
        return publisher.isDone(room)
                && (!rooms.containsKey(room) || rooms.get(room).hasAllUpTo(head));
    }

    /** Raises the head of each room to the newest seq that this client knows. */
    void raiseHeads(Map<String, Long> heads) {
        rooms.values().forEach(room -> heads.merge(room.room(), room.known(), Math::max));
    }

    /** Frames of unexpected types, and refusals that are not temporary; the history does not contain them. */
    List<String> unexpectedFrames() {
        return unexpectedFrames;
    }

    @Override
    public String toString() {
        return identity.name() + (authenticated ? " at " : " connecting to ") + endpoint.name() + " " + rooms.values();
    }
}
