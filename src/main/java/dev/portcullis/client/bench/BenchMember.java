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
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One connection of the crowd, in one room. Lives on one loop. */
final class BenchMember implements BenchRoom.Sender, LoadLoop.Participant {
    private static final long PATIENCE_MS = 30_000;
    private static final long LONGEST_PAUSE_MS = 60_000;
    private static final long PAUSE_MS = 100;

    private final Vertx vertx;
    private final BenchRoom room;
    private final LoadLoop loop;
    private final BenchCounters counters;
    private final ClientWebSocket socket;
    private final String frameStart;
    private final int place;
    private final int size;
    private final Promise<Void> arrival = Promise.promise();
    private Optional<SeqCheck> check = Optional.empty();
    private volatile boolean joined;
    private Buffer fragments = Buffer.buffer();
    private boolean up;
    private boolean leaving;

    BenchMember(Vertx vertx, BenchRoom room, LoadLoop loop, Dialer dialer, int place, int size) {
        this.vertx = vertx;
        this.room = room;
        this.loop = loop;
        this.counters = loop.counters();
        this.socket = dialer.socket();
        this.place = place;
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

    /** Whoever was cut off is owed nothing after that. */
    SeqCheck.Account account() {
        return check.map(each -> each.account(joined ? room.acknowledged() : each.last()))
                .orElse(SeqCheck.Account.EMPTY);
    }

    /** Connects and joins. Completes in any case; whoever could not come stands among the refusals. */
    Future<Void> connect(Dialer dialer, String token) {
        long began = TimestampMarker.now();
        socket.frameHandler(this::frame);
        socket.closeHandler(any -> gone(socket.closeStatusCode()));
        socket.exceptionHandler(broken -> gone(Disconnect.ABRUPT));
        dialer.dial(socket, token)
                .onSuccess(open -> up = true)
                .onFailure(cause -> turnedAway(Dialer.explain(cause).describe()));
        long patience = vertx.setTimer(PATIENCE_MS, any -> giveUp());
        return arrival.future().onComplete(any -> {
            vertx.cancelTimer(patience);
            if (joined) {
                counters.joined(began, TimestampMarker.now());
            }
        });
    }

    /** Sends a message that was due at this time; a socket that takes no more is not given more. */
    void send(long due) {
        if (!joined || socket.isClosed()) { // which it is from the server's close frame on
            return;
        }
        if (socket.writeQueueFull()) {
            counters.refused("withheld: the socket is full");
            return;
        }
        counters.sent++;
        write(frameStart + TimestampMarker.id(due) + "\",\"content\":\"" + TimestampMarker.content(due, place, size)
                + "\"}");
    }

    @Override
    public void sendFromAnyThread(long due) {
        loop.run(() -> send(due));
    }

    @Override
    public Future<Void> leave() {
        leaving = true;
        boolean wasIn = joined;
        joined = false;
        return wasIn ? socket.close() : Future.succeededFuture();
    }

    /** Whole text frames, as bytes: a text handler would make a string of each. */
    private void frame(WebSocketFrame frame) {
        if (frame.isText() && frame.isFinal()) {
            whole(frame.binaryData());
        } else if (frame.isText() || frame.isContinuation()) {
            fragments = fragments.appendBuffer(frame.binaryData());
            if (frame.isFinal()) {
                Buffer all = fragments;
                fragments = Buffer.buffer();
                whole(all);
            } else if (fragments.length() > loop.scratch().length) {
                socket.close(CloseCode.TOO_LARGE.code());
            }
        }
    }

    private void whole(Buffer frame) {
        int length = frame.length();
        if (length > loop.scratch().length) {
            slow(frame.toString()); // no message of a room is that long
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
            case OTHER -> slow(new String(loop.scratch(), 0, length, StandardCharsets.UTF_8));
        }
    }

    private void delivered(FrameScan scan) {
        if (check.isPresent() && check.get().record(scan)) {
            counters.delivered(scan.stamp(), TimestampMarker.now(), scan.addressIndex() != place && scan.addressIndex() >= 0);
            room.delivered();
        }
    }

    private void slow(String text) {
        read(text).ifPresentOrElse(this::sort, () -> refused(new JsonObject(), "unreadable frame"));
    }

    /** Few frames come here: those of the handshake, and refusals. */
    private void sort(JsonObject frame) {
        switch (String.valueOf(frame.getValue("type"))) {
            case "auth_success" -> write("{\"type\":\"join\",\"roomId\":\"" + room.name() + "\"}");
            case "auth_failure" -> turnedAway("auth_failure " + frame.getValue("reason"));
            case "joined" -> joined(frame);
            case "rate_limited" ->
                refused(frame, "rate_limited " + frame.getValue("scope") + "/" + frame.getValue("window"));
            case "error" -> refused(frame, "error " + frame.getValue("reason"));
            default -> {
                // Draining, expiring tokens and the like are no business of a load.
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
        if (check.isEmpty() && !leaving && frame.getValue("seq") instanceof Number head) {
            byte[] epoch = String.valueOf(frame.getValue("epoch")).getBytes(StandardCharsets.US_ASCII);
            check = Optional.of(new SeqCheck(epoch, head.longValue()));
            joined = true;
            arrival.tryComplete();
        }
    }

    private void refused(JsonObject frame, String reason) {
        if (check.isEmpty()) {
            turnedAway(reason);
            return;
        }
        counters.refused(reason);
        if (frame.containsKey("id")) {
            counters.answered++;
            long wish = frame.getValue("retryAfter") instanceof Number ms ? ms.longValue() : 0;
            room.refused(Math.max(PAUSE_MS, Math.min(wish, LONGEST_PAUSE_MS)));
        }
    }

    private void turnedAway(String reason) {
        if (arrival.tryComplete()) {
            counters.refused(reason);
            leaving = true;
        }
    }

    private void giveUp() {
        turnedAway("no answer in time");
        if (up) {
            socket.close();
        }
    }

    private void gone(int code) {
        String how = "closed " + code;
        if (!leaving) {
            leaving = true;
            boolean wasIn = joined;
            joined = false;
            if (wasIn) {
                counters.disconnected(how);
            } else if (arrival.tryComplete()) {
                counters.refused(how);
            }
        }
    }

    private void write(String text) {
        socket.writeTextMessage(text).onFailure(broken -> gone(Disconnect.ABRUPT));
    }
}
