package dev.portcullis.kit;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** A WebSocket client that keeps received frames in order until a test takes them, and its close code. */
public abstract class ChatPeer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final List<JsonObject> received = new ArrayList<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    public abstract void send(String text);

    /** Ends the connection without a close frame. */
    public abstract void cut();

    public abstract String subprotocol();

    public final void send(JsonObject frame) {
        send(frame.encode());
    }

    /** Waits for the next frame of any type. */
    public final JsonObject next() {
        return next(any -> true, "frame");
    }

    /** Waits for the next frame of this type. Other frames stay available. */
    public final JsonObject next(String type) {
        return next(frame -> type.equals(frame.getString("type")), type);
    }

    public final JsonObject next(Predicate<JsonObject> wanted, String what) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (received) {
            while (true) {
                Optional<JsonObject> found = received.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    received.remove(found.get());
                    return found.get();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0 || ended.isDone()) {
                    throw new AssertionError("no " + what + " came, but " + received + "; ended: " + ended.getNow(0));
                }
                await(left);
            }
        }
    }

    /** Takes all frames that were received and not taken yet. */
    public final List<JsonObject> rest() {
        return rest(any -> true);
    }

    /** Takes all such frames that were received and not taken yet. */
    public final List<JsonObject> rest(Predicate<JsonObject> wanted) {
        synchronized (received) {
            List<JsonObject> all = received.stream().filter(wanted).toList();
            received.removeIf(wanted);
            return all;
        }
    }

    /** Waits for the end of the connection and returns its close code. */
    public final int ended() {
        try {
            return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stillOpen) {
            throw new AssertionError("still open; received " + rest(), stillOpen);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    public final boolean isOpen() {
        return !ended.isDone();
    }

    /** Whether a frame of this type was received and not taken yet. */
    public final boolean hasHeard(String type) {
        synchronized (received) {
            return received.stream().anyMatch(frame -> type.equals(frame.getString("type")));
        }
    }

    /** Joins a room; repeats the join while it is answered {@code unavailable} or {@code timeout}, which happens on a busy machine. */
    public final JsonObject join(String room) {
        JsonObject join = new JsonObject().put("type", "join").put("roomId", room);
        return answered(
                join,
                frame -> room.equals(frame.getString("roomId"))
                        && ("joined".equals(frame.getString("type")) || isLate(frame)),
                "joined");
    }

    /** Publishes a chat like {@link #ask}; returns the ack or another refusal than these. */
    public final JsonObject say(String room, String content, String id) {
        return ask(new JsonObject()
                .put("type", "chat")
                .put("roomId", room)
                .put("content", content)
                .put("id", id));
    }

    /** Sends a frame and returns its answer; repeats it under its id while it is answered {@code unavailable} or {@code timeout}. */
    public final JsonObject ask(JsonObject frame) {
        String id = frame.getString("id");
        return answered(frame, each -> id.equals(each.getString("id")), "answer to " + id);
    }

    private JsonObject answered(JsonObject frame, Predicate<JsonObject> wanted, String what) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            send(frame);
            JsonObject answer = next(wanted, what);
            if (!isLate(answer)) {
                return answer;
            }
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("no " + what + " came, but " + answer);
            }
            Await.pass(Duration.ofMillis(100));
        }
    }

    private static boolean isLate(JsonObject frame) {
        return "error".equals(frame.getString("type"))
                && List.of("unavailable", "timeout").contains(frame.getString("reason"));
    }

    public final JsonObject chat(String room, String content, String id) {
        send(new JsonObject()
                .put("type", "chat")
                .put("roomId", room)
                .put("content", content)
                .put("id", id));
        return next(frame -> id.equals(frame.getString("id")), "answer to " + id);
    }

    protected final void hear(String text) {
        synchronized (received) {
            received.add(new JsonObject(text));
            received.notifyAll();
        }
    }

    protected final void end(int code) {
        synchronized (received) {
            ended.complete(code);
            received.notifyAll();
        }
    }

    private void await(long millis) {
        try {
            received.wait(millis);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
