package dev.portcullis.forked;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;

/** Talks in several rooms, many frames under way at once, until the connection ends, and remembers what it was told. */
final class Chatter implements Runnable {
    private static final int UNDER_WAY = 32;

    private final String user;
    private final ChatPeer peer;
    private final String name;
    private final List<String> rooms;
    private final Random random;
    private final Runnable onAck;
    private final Map<String, JsonObject> unanswered = new HashMap<>();
    private final Map<Told, JsonObject> acked = new HashMap<>();
    private final List<Told> told = new ArrayList<>();
    private final List<JsonObject> others = new ArrayList<>();
    private int sent;

    /** @param name begins every id and every content, so that no two chatters say the same */
    Chatter(String user, ChatPeer peer, String name, List<String> rooms, Random random, Runnable onAck) {
        this.user = user;
        this.peer = peer;
        this.name = name;
        this.rooms = rooms;
        this.random = random;
        this.onAck = onAck;
    }

    @Override
    public void run() {
        rooms.forEach(peer::join);
        try {
            while (peer.isOpen()) {
                while (unanswered.size() < UNDER_WAY) {
                    say();
                }
                take(peer.next());
            }
        } catch (AssertionError | CompletionException cutOff) {
            peer.ended();
        }
        peer.rest().forEach(this::take);
    }

    String user() {
        return user;
    }

    /** What its own acks said, and what it heard of everybody. */
    List<Told> told() {
        return told;
    }

    /** What was acknowledged, with the frame that said it. */
    Map<Told, JsonObject> acked() {
        return acked;
    }

    /** Frames of which nobody can say whether they count. */
    List<JsonObject> unanswered() {
        return List.copyOf(unanswered.values());
    }

    /** Neither messages nor acks. */
    List<JsonObject> others() {
        return others;
    }

    private void say() {
        String id = name + "-" + sent++;
        JsonObject frame = new JsonObject()
                .put("type", "chat")
                .put("id", id)
                .put("roomId", rooms.get(random.nextInt(rooms.size())))
                .put("content", id + " " + "x".repeat(random.nextInt(500)));
        unanswered.put(id, frame);
        peer.send(frame);
    }

    /** As every client does, it says again what nobody could answer for: on a busy machine that happens. */
    private void refused(JsonObject error) {
        JsonObject asked = unanswered.get(String.valueOf(error.getString("id")));
        if (asked == null || !"unavailable".equals(error.getString("reason"))) {
            others.add(error);
        } else if (peer.isOpen()) {
            peer.send(asked);
        }
    }

    private void take(JsonObject frame) {
        switch (frame.getString("type")) {
            case "ack" -> {
                JsonObject asked = unanswered.remove(frame.getString("id"));
                Told place = Told.acked(frame, asked.getString("content"));
                acked.put(place, asked);
                told.add(place);
                onAck.run();
            }
            case "chat" -> told.add(Told.heard(frame));
            case "error" -> refused(frame);
            default -> others.add(frame);
        }
    }
}
