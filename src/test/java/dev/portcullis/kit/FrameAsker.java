package dev.portcullis.kit;

import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Sends frames of a client one by one, finds the answer of each, and counts both. */
public final class FrameAsker {
    /** What stands for the answer of a frame that gets none. */
    public static final String SILENT = "silent";

    private static final Set<FrameType> UNANSWERED =
            EnumSet.of(FrameType.TYPING_INDICATOR, FrameType.READ, FrameType.ACK);

    /** What a busy machine may answer; the frame is sent again. */
    private static final Set<String> PASSING = Set.of("unavailable", "timeout");

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final ChatPeer peer;
    private final Map<String, Integer> sent = new TreeMap<>();
    private final Map<String, Integer> refused = new TreeMap<>();

    public FrameAsker(ChatPeer peer) {
        this.peer = peer;
    }

    /** The type of the answer, or the reason of the refusal. */
    public String outcome(FrameType type, JsonObject frame) {
        return outcome(ask(type, frame));
    }

    public static String outcome(JsonObject answer) {
        return answer.getString("reason", answer.getString("type"));
    }

    /** The answer; {@code {"type": "silent"}} where none came. */
    public JsonObject ask(FrameType type, JsonObject frame) {
        String id = UUID.randomUUID().toString();
        long until = System.nanoTime() + PATIENCE_NANOS;
        while (true) {
            send(type, frame.copy().put("id", id));
            JsonObject answer = UNANSWERED.contains(type) ? answerBeforePong(id) : answer(id);
            if ("error".equals(answer.getString("type"))) {
                refused.merge(answer.getString("reason"), 1, Integer::sum);
            }
            if (!PASSING.contains(answer.getString("reason", "")) || System.nanoTime() - until > 0) {
                return answer;
            }
            Await.pass(Duration.ofMillis(100));
        }
    }

    /** How many frames of each type were sent. */
    public Map<String, Integer> sent() {
        return sent;
    }

    /** How many frames were answered with an error of each reason. */
    public Map<String, Integer> refused() {
        return refused;
    }

    /** A connection's frames take effect in order, so no answer comes after that of the next frame. */
    private JsonObject answerBeforePong(String id) {
        String ping = UUID.randomUUID().toString();
        send(FrameType.PING, new JsonObject().put("type", FrameType.PING.id()).put("id", ping));
        JsonObject first = peer.next(
                each -> id.equals(each.getString("id")) || ping.equals(each.getString("id")), "answer or pong");
        return ping.equals(first.getString("id")) ? new JsonObject().put("type", SILENT) : first;
    }

    private JsonObject answer(String id) {
        return peer.next(each -> id.equals(each.getString("id")), "answer to " + id);
    }

    private void send(FrameType type, JsonObject frame) {
        sent.merge(type.id(), 1, Integer::sum);
        peer.send(frame);
    }
}
