package dev.portcullis.cluster.workload;

import dev.portcullis.cluster.history.Entry;
import dev.portcullis.protocol.Role;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A user who comes, reads and writes in one room after the other, is cut off and resumes, and goes. It reports each entry of a
 * room that is missing or comes twice while it is there. Unlike a {@link ChatClient} it remembers nothing of what it read, so that
 * any number of them can come and go.
 */
final class Visitor implements ClientConnection.Listener {
    private static final int PAUSE_MS = 1_000;
    private static final int BACKOFF_MS = 200;
    private static final long PATIENCE_MS = 30_000;

    private final String user;
    private final int rooms;
    private final List<Endpoint> endpoints;
    private final WebSocketClient client;
    private final Random random;
    private final Consumer<String> findings;
    private Optional<ClientConnection> connection = Optional.empty();
    private Stage stage = Stage.OUTSIDE;
    private String room;
    private Optional<JsonObject> resumeFrom = Optional.empty();
    private boolean resumes;
    private String epoch = "";
    private long seq;
    private int sent;
    private long acked;
    private long read;
    private long now;
    private long due;
    private String asked = "";
    private long askedAt;
    private boolean gone;

    /** What it does, as far as it knows. */
    private enum Stage {
        OUTSIDE,
        CONNECTED,
        JOINING,
        JOINED,
        LEAVING
    }

    Visitor(
            String user,
            int rooms,
            List<Endpoint> endpoints,
            WebSocketClient client,
            Random random,
            Consumer<String> findings) {
        this.user = user;
        this.rooms = rooms;
        this.endpoints = endpoints;
        this.client = client;
        this.random = random;
        this.findings = findings;
        this.room = anyRoom();
    }

    boolean isGone() {
        return gone;
    }

    long acked() {
        return acked;
    }

    long read() {
        return read;
    }

    /** Does what is due. */
    void tick(long millis) {
        now = millis;
        if (gone || now < due) {
            return;
        }
        switch (stage) {
            case OUTSIDE -> dial();
            case CONNECTED -> join();
            case JOINED -> goOn();
            case JOINING, LEAVING -> {
                if (now - askedAt > PATIENCE_MS) {
                    report("no answer while " + stage);
                    askedAt = now;
                }
            }
        }
    }

    private void dial() {
        if (connection.isEmpty()) {
            Endpoint endpoint = endpoints.get(random.nextInt(endpoints.size()));
            connection =
                    Optional.of(ClientConnection.dial(client, endpoint.ws(), endpoint.token(user, Role.MEMBER), this));
        }
    }

    private void join() {
        resumes = resumeFrom.isPresent();
        JsonObject join =
                new JsonObject().put("type", "join").put("id", nextId()).put("roomId", room);
        resumeFrom.ifPresent(since -> join.put("since", since));
        ask(Stage.JOINING, join);
    }

    private void goOn() {
        due = now + 1 + random.nextInt(2 * PAUSE_MS);
        switch (random.nextInt(10)) {
            case 0 -> go();
            case 1 -> connection.ifPresent(ClientConnection::drop);
            case 2, 3 ->
                ask(Stage.LEAVING, new JsonObject().put("type", "leave").put("roomId", room));
            default -> send(Frames.chat(nextId(), room, "I am " + user));
        }
    }

    void go() {
        gone = true;
        connection.ifPresent(ClientConnection::drop);
    }

    private void ask(Stage next, JsonObject frame) {
        stage = next;
        asked = nextId();
        askedAt = now;
        send(frame.put("id", asked));
    }

    private void send(JsonObject frame) {
        connection.ifPresent(open -> open.send(frame));
    }

    @Override
    public void onFrame(JsonObject frame) {
        if (gone) {
            return;
        }
        switch (frame.getString("type")) {
            case "auth_success" -> stage = Stage.CONNECTED;
            case "joined" -> joined(frame);
            case "left" -> left();
            case "ack" -> acked++;
            case Entry.CHAT -> delivered(frame);
            case "error" -> refused(frame, frame.getString("reason"));
            case "rate_limited" -> refused(frame, "rate_limited");
            default -> report("unexpected " + frame.encode());
        }
    }

    private void joined(JsonObject frame) {
        if (stage != Stage.JOINING || (resumes && !frame.getBoolean("recovered"))) {
            report("lost its position: " + frame.encode());
        }
        if (resumes) {
            JsonArray missed = frame.getJsonArray("messages");
            missed.forEach(each -> delivered((JsonObject) each));
            if (seq != frame.getLong("seq")) {
                report("resumed to " + seq + " instead of " + frame.getLong("seq"));
            }
        }
        at(frame);
        stage = frame.getBoolean("more") ? Stage.JOINING : Stage.JOINED;
    }

    private void delivered(JsonObject entry) {
        if (stage == Stage.CONNECTED || !room.equals(entry.getString("roomId")) || entry.getLong("seq") != seq + 1) {
            report("at " + seq + " of " + room + ", " + stage + ", came " + entry.encode());
        }
        read++;
        at(entry);
    }

    private void at(JsonObject frame) {
        epoch = frame.getString("epoch");
        seq = frame.getLong("seq");
    }

    private void left() {
        stage = Stage.CONNECTED;
        changeRoom();
    }

    /** The refusal of a message that was sent before says nothing about what was asked after it. */
    private void refused(JsonObject frame, String reason) {
        if (!Publisher.isTemporary(reason)) {
            report("refused " + frame.encode());
        }
        if (asked.equals(frame.getString("id"))) {
            stage = stage == Stage.JOINING ? Stage.CONNECTED : Stage.JOINED;
            due = now + BACKOFF_MS;
        }
    }

    @Override
    public void onClosed(int code) {
        connection = Optional.empty();
        if (stage == Stage.LEAVING) {
            changeRoom();
        } else if (stage == Stage.JOINED || (stage == Stage.JOINING && resumes)) {
            resumeFrom = Optional.of(new JsonObject().put("epoch", epoch).put("seq", seq));
        }
        stage = Stage.OUTSIDE;
        due = now + random.nextInt(BACKOFF_MS);
    }

    private void changeRoom() {
        room = anyRoom();
        resumeFrom = Optional.empty();
    }

    private String anyRoom() {
        return "visited-" + random.nextInt(rooms);
    }

    private String nextId() {
        return user + "-" + sent++;
    }

    private void report(String what) {
        findings.accept(user + ": " + what);
    }
}
