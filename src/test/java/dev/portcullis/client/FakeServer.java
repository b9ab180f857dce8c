package dev.portcullis.client;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Implements enough of the protocol to test a client, and misbehaves where a test asks for it. */
public final class FakeServer implements AutoCloseable {
    public static final String EPOCH = "e1";

    private final String scheme;
    private final HttpServer http;
    private final Map<String, List<JsonObject>> streams = new LinkedHashMap<>();
    private final Map<String, JsonObject> acks = new LinkedHashMap<>();
    private final Map<ServerWebSocket, List<String>> members = new LinkedHashMap<>();
    private final BlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> handshakes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Optional<String>> origins = new LinkedBlockingQueue<>();
    private final BlockingQueue<ServerWebSocket> sockets = new LinkedBlockingQueue<>();

    /** Returns true if the test has answered the frame itself. */
    public volatile BiPredicate<ServerWebSocket, JsonObject> instead = (socket, frame) -> false;

    /** Returns true if the test has handled the request itself. */
    public volatile Predicate<HttpServerRequest> insteadOfUpgrade = request -> false;

    /** Returns true if the test has handled the new socket itself. */
    public volatile Predicate<ServerWebSocket> insteadOfWelcome = socket -> false;

    /** Delivers an entry to a member. */
    public volatile Delivery delivery = (socket, entry) -> socket.writeTextMessage(entry.encode());

    /** Delivers one entry to one member. */
    public interface Delivery {
        void deliver(ServerWebSocket socket, JsonObject entry);
    }

    public FakeServer(Vertx vertx) throws Exception {
        this(vertx, new HttpServerOptions());
    }

    public FakeServer(Vertx vertx, HttpServerOptions options) throws Exception {
        this.scheme = options.isSsl() ? "wss" : "ws";
        this.http = vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(this::request)
                .listen()
                .await(30, TimeUnit.SECONDS);
    }

    public String url() {
        return scheme + "://127.0.0.1:" + http.actualPort() + "/ws";
    }

    /** The next frame of this type, in the order of arrival; frames of other types are skipped. */
    public JsonObject awaitFrame(String type) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (System.nanoTime() < deadline) {
            JsonObject frame = frames.poll(100, TimeUnit.MILLISECONDS);
            if (frame != null && frame.getString("type").equals(type)) {
                return frame;
            }
        }
        throw new AssertionError("no " + type + " came");
    }

    /** The subprotocols that the next handshake offered. */
    public String awaitHandshake() throws InterruptedException {
        return Optional.ofNullable(handshakes.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    /** The Origin of the next handshake. */
    public Optional<String> awaitOrigin() throws InterruptedException {
        return Objects.requireNonNull(origins.poll(30, TimeUnit.SECONDS), "no handshake came");
    }

    public int handshakesWaiting() {
        return handshakes.size();
    }

    public ServerWebSocket awaitSocket() throws InterruptedException {
        return Optional.ofNullable(sockets.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    /** Appends a message of another user to the stream and returns it. */
    public JsonObject append(String room, String text) {
        return append(room, "bob", text);
    }

    public void deliver(String room, JsonObject entry) {
        members.forEach((socket, rooms) -> {
            if (rooms.contains(room)) {
                delivery.deliver(socket, entry);
            }
        });
    }

    public static JsonObject authSuccess() {
        return new JsonObject()
                .put("type", "auth_success")
                .put("userId", "alice")
                .put("sessionId", "s-1")
                .put("role", "member")
                .put("heartbeatMs", 30_000);
    }

    /** Refuses each token from now on, as one that has expired. */
    public void refuseTokens() {
        insteadOfWelcome = socket -> {
            socket.writeTextMessage("{\"type\":\"auth_failure\",\"reason\":\"expired_token\"}");
            socket.close((short) 1008, "Unauthorized");
            return true;
        };
    }

    /** Answers each frame of a type with this, from now on. */
    public void answer(String type, UnaryOperator<JsonObject> answer) {
        instead = (socket, frame) -> {
            boolean meant = frame.getString("type").equals(type);
            if (meant) {
                socket.writeTextMessage(
                        answer.apply(frame).put("id", frame.getString("id")).encode());
            }
            return meant;
        };
    }

    public static JsonObject rateLimited(long retryAfterMs) {
        return new JsonObject()
                .put("type", "rate_limited")
                .put("scope", "user")
                .put("window", "burst")
                .put("retryAfter", retryAfterMs);
    }

    /** Sends this in place of the usual greeting from now on. */
    public void welcomeWith(JsonObject greeting) {
        insteadOfWelcome = socket -> {
            socket.writeTextMessage(greeting.encode());
            return true;
        };
    }

    /** Once this returns, connections to the port are refused. */
    @Override
    public void close() throws TimeoutException {
        http.close().await(30, TimeUnit.SECONDS);
    }

    private JsonObject append(String room, String user, String text) {
        List<JsonObject> stream = stream(room);
        JsonObject entry = new JsonObject()
                .put("epoch", EPOCH)
                .put("seq", stream.size() + 1)
                .put("type", "chat")
                .put("roomId", room)
                .put("messageId", "m-" + (stream.size() + 1))
                .put("userId", user)
                .put("content", text)
                .put("timestamp", 1_700_000_000_000L);
        stream.add(entry);
        return entry;
    }

    private void request(HttpServerRequest request) {
        origins.add(Optional.ofNullable(request.getHeader("Origin")));
        handshakes.add(String.valueOf(request.getHeader("Sec-WebSocket-Protocol")));
        if (!insteadOfUpgrade.test(request)) {
            request.response().putHeader("Sec-WebSocket-Protocol", "portcullis.v1");
            request.toWebSocket().onSuccess(this::welcome);
        }
    }

    private void welcome(ServerWebSocket socket) {
        socket.textMessageHandler(text -> frame(socket, new JsonObject(text)));
        socket.closeHandler(any -> members.remove(socket));
        roomsOf(socket);
        if (!insteadOfWelcome.test(socket)) {
            socket.writeTextMessage(authSuccess().encode());
        }
        sockets.add(socket);
    }

    private void frame(ServerWebSocket socket, JsonObject frame) {
        frames.add(frame);
        if (instead.test(socket, frame)) {
            return;
        }
        switch (frame.getString("type")) {
            case "join" ->
                frame.getJsonArray("rooms", new JsonArray().add(frame)).stream()
                        .map(JsonObject.class::cast)
                        .forEach(item -> join(socket, frame.getString("id"), item));
            case "leave" -> leave(socket, frame);
            case "history" -> history(socket, frame);
            case "chat" -> chat(socket, frame);
            default ->
                socket.writeTextMessage(new JsonObject()
                        .put("type", "pong")
                        .put("id", frame.getString("id"))
                        .encode());
        }
    }

    public void join(ServerWebSocket socket, String id, JsonObject item) {
        String room = item.getString("roomId");
        List<JsonObject> stream = stream(room);
        roomsOf(socket).remove(room);
        roomsOf(socket).add(room);
        JsonObject since = item.getJsonObject("since");
        int from = since == null ? stream.size() : since.getInteger("seq");
        socket.writeTextMessage(joined(id, room, from, stream.size(), false)
                .put("recovered", since != null)
                .encode());
    }

    /** Answers a join with the entries after {@code from}, up to {@code to}. */
    public void sendPart(ServerWebSocket socket, JsonObject join, int from, int to, boolean more) {
        String room = join.getString("roomId");
        socket.writeTextMessage(
                joined(join.getString("id"), room, from, to, more).encode());
    }

    private JsonObject joined(String id, String room, int from, int to, boolean more) {
        return new JsonObject()
                .put("type", "joined")
                .put("id", id)
                .put("roomId", room)
                .put("epoch", EPOCH)
                .put("seq", to)
                .put("recovered", true)
                .put("messages", new JsonArray(List.copyOf(stream(room).subList(from, to))))
                .put("more", more);
    }

    private void leave(ServerWebSocket socket, JsonObject frame) {
        roomsOf(socket).remove(frame.getString("roomId"));
        socket.writeTextMessage(frame.copy().put("type", "left").encode());
    }

    private void history(ServerWebSocket socket, JsonObject frame) {
        List<JsonObject> stream = stream(frame.getString("roomId"));
        int from = frame.getInteger("after", Math.max(0, stream.size() - 50));
        int to = Math.min(stream.size(), from + frame.getInteger("limit", 50));
        socket.writeTextMessage(new JsonObject()
                .put("type", "history")
                .put("id", frame.getString("id"))
                .put("roomId", frame.getString("roomId"))
                .put("epoch", EPOCH)
                .put("messages", new JsonArray(List.copyOf(stream.subList(from, to))))
                .put("more", to < stream.size())
                .encode());
    }

    public void chat(ServerWebSocket socket, JsonObject frame) {
        String id = frame.getString("id");
        JsonObject ack = acks.get(id);
        if (ack == null) {
            JsonObject entry = append(frame.getString("roomId"), "alice", frame.getString("content"));
            ack = new JsonObject()
                    .put("type", "ack")
                    .put("id", id)
                    .put("roomId", frame.getString("roomId"))
                    .put("messageId", entry.getString("messageId"))
                    .put("epoch", EPOCH)
                    .put("seq", entry.getInteger("seq"));
            acks.put(id, ack);
            deliver(frame.getString("roomId"), entry);
        }
        if (!socket.isClosed()) {
            socket.writeTextMessage(ack.encode());
        }
    }

    private List<JsonObject> stream(String room) {
        return streams.computeIfAbsent(room, any -> new ArrayList<>());
    }

    private List<String> roomsOf(ServerWebSocket socket) {
        return members.computeIfAbsent(socket, any -> new ArrayList<>());
    }
}
