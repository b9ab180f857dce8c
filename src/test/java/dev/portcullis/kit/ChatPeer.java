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

/** A client as the tests need it: what it heard, in order, and how it ended. Its makes differ in how they speak. */
public abstract class ChatPeer implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final List<JsonObject> heard = new ArrayList<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    public abstract void send(String text);

    /** Goes without a word, as a lost network does. */
    public abstract void cut();

    public abstract String subprotocol();

    public final void send(JsonObject frame) {
        send(frame.encode());
    }

    /** The next frame, whatever it is. */
    public final JsonObject next() {
        return next(any -> true, "frame");
    }

    /** The next frame of this type; others stay to be asked for. */
    public final JsonObject next(String type) {
        return next(frame -> type.equals(frame.getString("type")), type);
    }

    public final JsonObject next(Predicate<JsonObject> wanted, String what) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (heard) {
            while (true) {
                Optional<JsonObject> found = heard.stream().filter(wanted).findFirst();
                if (found.isPresent()) {
                    heard.remove(found.get());
                    return found.get();
                }
                long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                if (left <= 0 || ended.isDone()) {
                    throw new AssertionError("no " + what + " came, but " + heard + "; ended: " + ended.getNow(0));
                }
                await(left);
            }
        }
    }

    /** What came so far and was not taken yet. */
    public final List<JsonObject> rest() {
        synchronized (heard) {
            List<JsonObject> all = List.copyOf(heard);
            heard.clear();
            return all;
        }
    }

    /** The code with which the connection ended. */
    public final int ended() {
        try {
            return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stillOpen) {
            throw new AssertionError("still open; heard " + rest(), stillOpen);
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }

    public final boolean isOpen() {
        return !ended.isDone();
    }

    /** Whether such a frame has come and was not taken yet. */
    public final boolean hasHeard(String type) {
        synchronized (heard) {
            return heard.stream().anyMatch(frame -> type.equals(frame.getString("type")));
        }
    }

    /** As every client does, it asks again where nobody could answer: on a busy machine that happens. */
    public final JsonObject join(String room) {
        JsonObject join = new JsonObject().put("type", "join").put("roomId", room);
        return answered(
                join,
                frame -> room.equals(frame.getString("roomId"))
                        && ("joined".equals(frame.getString("type")) || isUnavailable(frame)),
                "joined");
    }

    /** Likewise a chat, again under its id; brings the ack, or another refusal. */
    public final JsonObject say(String room, String content, String id) {
        return ask(new JsonObject()
                .put("type", "chat")
                .put("roomId", room)
                .put("content", content)
                .put("id", id));
    }

    /** Likewise any frame that may be repeated under its id. */
    public final JsonObject ask(JsonObject frame) {
        String id = frame.getString("id");
        return answered(frame, each -> id.equals(each.getString("id")), "answer to " + id);
    }

    private JsonObject answered(JsonObject frame, Predicate<JsonObject> wanted, String what) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            send(frame);
            JsonObject answer = next(wanted, what);
            if (!isUnavailable(answer)) {
                return answer;
            }
            if (System.nanoTime() - until > 0) {
                throw new AssertionError("no " + what + " came, but " + answer);
            }
            Await.pass(Duration.ofMillis(100));
        }
    }

    private static boolean isUnavailable(JsonObject frame) {
        return "error".equals(frame.getString("type")) && "unavailable".equals(frame.getString("reason"));
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
        synchronized (heard) {
            heard.add(new JsonObject(text));
            heard.notifyAll();
        }
    }

    protected final void end(int code) {
        synchronized (heard) {
            ended.complete(code);
            heard.notifyAll();
        }
    }

    private void await(long millis) {
        try {
            heard.wait(millis);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        cut();
    }
}
