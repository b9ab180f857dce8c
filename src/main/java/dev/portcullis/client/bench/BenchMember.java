package dev.portcullis.client.bench;

import dev.portcullis.client.Dialer;
import dev.portcullis.client.Disconnect;
import dev.portcullis.protocol.CloseCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One simulated connection in one room, and in others in which nothing is said. Confined to one event loop. */
final class BenchMember implements BenchRoom.Sender, LoadLoop.Participant {
    private static final long JOIN_TIMEOUT_MS = 30_000;
    private static final long MAX_PAUSE_MS = 60_000;
    private static final long PAUSE_MS = 100;

    private final Vertx vertx;
    private final BenchRoom room;
    private final List<String> quietRooms;
    private final LoadLoop loop;
    private final BenchCounters counters;
    private final ClientWebSocket socket;
    private final String frameStart;
    private final int addressIndex;
    private final int size;
    private final Promise<Void> joining = Promise.promise();
    private Optional<SeqCheck> check = Optional.empty();
    private volatile boolean joined;
    private Buffer fragments = Buffer.buffer();
    private int missing;
    private boolean connected;
    private boolean done;

    BenchMember(
            Vertx vertx,
            BenchRoom room,
            List<String> quietRooms,
            LoadLoop loop,
            Dialer dialer,
            int addressIndex,
            int size) {
        this.vertx = vertx;
        this.room = room;
        this.quietRooms = quietRooms;
        this.missing = quietRooms.size();
        this.loop = loop;
        this.counters = loop.counters();
        this.socket = dialer.socket();
        this.addressIndex = addressIndex;
        this.size = size;
        this.frameStart = "{\"type\":\"chat\",\"roomId\":\"" + room.name() + "\",\"id\":\"";
    }

    @Override
    public boolean isJoined() {
        return joined;
    }

    @Override
    public boolean isUpToDate() {
        return !joined || check.map(each -> each.last() >= room.acknowledged()).orElse(true);
    }

    /** A member that was disconnected is not owed later messages. */
    SeqCheck.Account account() {
        return check.map(each -> each.account(joined ? room.acknowledged() : each.last()))
                .orElse(SeqCheck.Account.EMPTY);
    }

    /** Connects and joins. Always completes; a member that could not join is counted as refused. */
    Future<Void> connect(Dialer dialer, String token) {
        long startNanos = TimestampMarker.now();
        socket.frameHandler(this::frame);
        socket.closeHandler(any -> onClosed(socket.closeStatusCode()));
        socket.exceptionHandler(failure -> onClosed(Disconnect.ABRUPT));
        dialer.dial(socket, Optional.of(token))
                .onSuccess(open -> connected = true)
                .onFailure(cause -> joinFailed(Dialer.explain(cause).describe()));
        long timeout = vertx.setTimer(JOIN_TIMEOUT_MS, any -> giveUp());
        return joining.future().onComplete(any -> {
            vertx.cancelTimer(timeout);
            if (joined) {
                counters.joined(startNanos, TimestampMarker.now());
            }
        });
    }

    /** Sends a message that was due at this time, unless the socket is full. */
    void send(long due) {
        if (!joined || socket.isClosed()) { // true from the server's close frame on
            return;
        }
        if (socket.writeQueueFull()) {
            counters.refused("withheld: the socket is full");
            return;
        }
        counters.sent++;
        write(frameStart + TimestampMarker.id(due) + "\",\"content\":\""
                + TimestampMarker.content(due, addressIndex, size) + "\"}");
    }

    @Override
    public void sendFromAnyThread(long due) {
        loop.run(() -> send(due));
    }

    @Override
    public Future<Void> leave() {
        done = true;
        boolean wasJoined = joined;
        joined = false;
        return wasJoined ? socket.close() : Future.succeededFuture();
    }

    /** Reads text frames as bytes, because a text handler would create a string for each. */
    private void frame(WebSocketFrame frame) {
        if (frame.isText() && frame.isFinal()) {
            message(frame.binaryData());
        } else if (frame.isText() || frame.isContinuation()) {
            fragments = fragments.appendBuffer(frame.binaryData());
            if (frame.isFinal()) {
                Buffer all = fragments;
                fragments = Buffer.buffer();
                message(all);
            } else if (fragments.length() > loop.scratch().length) {
                socket.close(CloseCode.TOO_LARGE.code());
            }
        }
    }

    private void message(Buffer frame) {
        int length = frame.length();
        if (length > loop.scratch().length) {
            parse(frame.toString()); // not a message of a room, which is shorter
            return;
        }
        frame.getBytes(0, length, loop.scratch(), 0);
        FrameScan scan = loop.scan();
        switch (scan.scan(loop.scratch(), length)) {
            case CHAT -> delivered(scan);
            case ACK -> {
                counters.acked(scan.stamp(), TimestampMarker.now());
                room.acknowledged(scan.seq());
            }
            case OTHER -> parse(new String(loop.scratch(), 0, length, StandardCharsets.UTF_8));
        }
    }

    private void delivered(FrameScan scan) {
        if (check.isPresent() && check.get().record(scan)) {
            counters.delivered(
                    scan.stamp(),
                    TimestampMarker.now(),
                    scan.addressIndex() != addressIndex && scan.addressIndex() >= 0);
            room.delivered();
        }
    }

    private void parse(String text) {
        read(text).ifPresentOrElse(this::dispatch, () -> refused(new JsonObject(), "unreadable frame"));
    }

    /** Handles the few frames of the handshake, and refusals. */
    private void dispatch(JsonObject frame) {
        switch (String.valueOf(frame.getValue("type"))) {
            case "auth_success" -> write("{\"type\":\"join\",\"roomId\":\"" + room.name() + "\"}");
            case "auth_failure" -> joinFailed("auth_failure " + frame.getValue("reason"));
            case "joined" -> joined(frame);
            case "rate_limited" ->
                refused(frame, "rate_limited " + frame.getValue("scope") + "/" + frame.getValue("window"));
            case "error" -> refused(frame, "error " + frame.getValue("reason"));
            default -> {
                // Draining, token expiry and the like don't concern a load test.
            }
        }
    }

    private static Optional<JsonObject> read(String text) {
        try {
            return Optional.of(new JsonObject(text));
        } catch (DecodeException notJson) {
            return Optional.empty();
        }
    }

    private void joined(JsonObject frame) {
        if (done || joined || !(frame.getValue("seq") instanceof Number head)) {
            return;
        }
        if (check.isEmpty()) {
            byte[] epoch = String.valueOf(frame.getValue("epoch")).getBytes(StandardCharsets.US_ASCII);
            check = Optional.of(new SeqCheck(epoch, head.longValue()));
            joinQuietRooms();
        } else if (!room.name().equals(frame.getValue("roomId"))) {
            missing--;
        }
        if (missing == 0) {
            joined = true;
            joining.tryComplete();
        }
    }

    private void joinQuietRooms() {
        if (!quietRooms.isEmpty()) {
            JsonArray rooms = new JsonArray();
            quietRooms.forEach(name -> rooms.add(new JsonObject().put("roomId", name)));
            write(new JsonObject().put("type", "join").put("rooms", rooms).encode());
        }
    }

    private void refused(JsonObject frame, String reason) {
        if (!joining.future().isComplete()) {
            joinFailed(reason);
            return;
        }
        counters.refused(reason);
        if (frame.containsKey("id")) {
            counters.answered++;
            long retryAfterMs = frame.getValue("retryAfter") instanceof Number ms ? ms.longValue() : 0;
            room.refused(Math.max(PAUSE_MS, Math.min(retryAfterMs, MAX_PAUSE_MS)));
        }
    }

    private void joinFailed(String reason) {
        if (joining.tryComplete()) {
            counters.refused(reason);
            done = true;
        }
    }

    private void giveUp() {
        joinFailed("no answer in time");
        if (connected) {
            socket.close();
        }
    }

    private void onClosed(int code) {
        String reason = "closed " + code;
        if (!done) {
            done = true;
            boolean wasJoined = joined;
            joined = false;
            if (wasJoined) {
                counters.disconnected(reason);
            } else if (joining.tryComplete()) {
                counters.refused(reason);
            }
        }
    }

    private void write(String text) {
        socket.writeTextMessage(text).onFailure(failure -> onClosed(Disconnect.ABRUPT));
    }
}
