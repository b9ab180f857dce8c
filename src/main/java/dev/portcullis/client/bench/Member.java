package dev.portcullis.client.bench;

import dev.portcullis.client.Cut;
import dev.portcullis.client.Dialer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** One connection of the crowd, in one room. Lives on one loop. */
final class Member {
    private static final long PATIENCE_MS = 30_000;
    private static final long LONGEST_PAUSE_MS = 60_000;
    private static final long PAUSE_MS = 100;

    private final Vertx vertx;
    private final Room room;
    private final Loop loop;
    private final Tally tally;
    private final ClientWebSocket socket;
    private final String frameStart;
    private final int size;
    private final Promise<Void> arrival = Promise.promise();
    private Optional<SeqCheck> check = Optional.empty();
    private volatile boolean in;
    private boolean up;
    private boolean leaving;

    Member(Vertx vertx, Room room, Loop loop, Dialer dialer, int size) {
        this.vertx = vertx;
        this.room = room;
        this.loop = loop;
        this.tally = loop.tally();
        this.socket = dialer.socket();
        this.size = size;
        this.frameStart = "{\"type\":\"chat\",\"roomId\":\"" + room.name() + "\",\"id\":\"";
    }

    Room room() {
        return room;
    }

    Loop loop() {
        return loop;
    }

    ClientWebSocket socket() {
        return socket;
    }

    boolean isIn() {
        return in;
    }

    byte[] scratch() {
        return loop.scratch();
    }

    boolean isUpToDate() {
        return !in || check.map(each -> each.last() >= room.acknowledged()).orElse(true);
    }

    /** Whoever was cut off is owed nothing after that. */
    SeqCheck.Account account() {
        return check.map(each -> each.account(in ? room.acknowledged() : each.last()))
                .orElse(SeqCheck.Account.EMPTY);
    }

    /** Connects and joins. Completes in any case; whoever could not come stands among the refusals. */
    Future<Void> come(Dialer dialer, String token) {
        long began = Stamp.now();
        socket.textMessageHandler(this::slow);
        socket.closeHandler(any -> gone(socket.closeStatusCode()));
        socket.exceptionHandler(broken -> gone(Cut.ABRUPT));
        dialer.dial(socket, token)
                .onSuccess(open -> {
                    up = true;
                    Tap.install(open, this);
                })
                .onFailure(cause -> turnedAway(Dialer.explain(cause).describe()));
        long patience = vertx.setTimer(PATIENCE_MS, any -> giveUp());
        return arrival.future().onComplete(any -> {
            vertx.cancelTimer(patience);
            if (in) {
                tally.handshake.record(Stamp.now() - began);
            }
        });
    }

    /** A frame lies in the scratch buffer. The hot path: it makes no object. */
    void received(int length) {
        FrameScan scan = loop.scan();
        switch (scan.scan(loop.scratch(), length)) {
            case CHAT -> delivered(scan);
            case ACK -> {
                tally.acked(scan.stamp(), Stamp.now());
                room.acknowledged(scan.seq());
            }
            case OTHER -> slow(new String(loop.scratch(), 0, length, StandardCharsets.UTF_8));
        }
    }

    /** Sends a message that was due at this time; a socket that takes no more is not given more. */
    void send(long due) {
        if (!in) {
            return;
        }
        if (socket.writeQueueFull()) {
            tally.refused("withheld: the socket is full");
            return;
        }
        tally.sent++;
        write(frameStart + Stamp.id(due) + "\",\"content\":\"" + Stamp.content(due, size) + "\"}");
    }

    /** Sends from whichever thread. */
    void sendNow() {
        long due = Stamp.now();
        loop.call(() -> {
            send(due);
            return true;
        });
    }

    Future<Void> leave() {
        leaving = true;
        boolean wasIn = in;
        in = false;
        return wasIn ? socket.close() : Future.succeededFuture();
    }

    private void delivered(FrameScan scan) {
        if (check.isPresent() && check.get().take(scan)) {
            tally.delivered(scan.stamp(), Stamp.now());
            room.delivered();
        }
    }

    private void slow(String text) {
        JsonObject frame = new JsonObject(text);
        switch (frame.getString("type", "")) {
            case "auth_success" -> write("{\"type\":\"join\",\"roomId\":\"" + room.name() + "\"}");
            case "auth_failure" -> turnedAway("auth_failure " + frame.getString("reason"));
            case "joined" -> joined(frame);
            case "rate_limited" ->
                refused(
                        frame,
                        "rate_limited " + frame.getString("scope") + "/" + frame.getString("window"),
                        frame.getLong("retryAfter", PAUSE_MS));
            case "error" -> refused(frame, "error " + frame.getString("reason"), PAUSE_MS);
            case "chat", "ack" -> {
                // Came before the tap was in place, or in fragments.
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                System.arraycopy(bytes, 0, loop.scratch(), 0, Math.min(bytes.length, loop.scratch().length));
                received(Math.min(bytes.length, loop.scratch().length));
            }
            default -> {
                // Draining, expiring tokens and the like are no business of a load.
            }
        }
    }

    private void joined(JsonObject frame) {
        if (check.isEmpty() && !leaving) {
            byte[] epoch = frame.getString("epoch", "").getBytes(StandardCharsets.US_ASCII);
            check = Optional.of(new SeqCheck(epoch, frame.getLong("seq", 0L)));
            in = true;
            arrival.tryComplete();
        }
    }

    private void refused(JsonObject frame, String reason, long pauseMs) {
        if (check.isEmpty()) {
            turnedAway(reason);
            return;
        }
        tally.refused(reason);
        tally.answered++;
        if (frame.containsKey("id") && room.loops()) {
            long pause = Math.max(PAUSE_MS, Math.min(pauseMs, LONGEST_PAUSE_MS));
            vertx.setTimer(pause, any -> room.sendNext());
        }
    }

    private void turnedAway(String reason) {
        if (arrival.tryComplete()) {
            tally.refused(reason);
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
            boolean wasIn = in;
            in = false;
            if (wasIn) {
                tally.cut(how);
            } else if (arrival.tryComplete()) {
                tally.refused(how);
            }
        }
    }

    private void write(String text) {
        socket.writeTextMessage(text).onFailure(broken -> gone(Cut.ABRUPT));
    }
}
