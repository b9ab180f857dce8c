package dev.portcullis.forked;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/** Publishes in several rooms with many frames in flight until the connection ends, and records its answers. */
final class PublishingClient implements Runnable {
    private static final int IN_FLIGHT = 32;

    private final String user;
    private final ChatPeer peer;
    private final String name;
    private final List<String> rooms;
    private final Random random;
    private final Runnable onAck;
    private final Map<String, JsonObject> unanswered = new HashMap<>();
    private final Map<ObservedMessage, JsonObject> acked = new ConcurrentHashMap<>(); // counted while it grows
    private final List<ObservedMessage> observed = new ArrayList<>();
    private final List<JsonObject> others = new ArrayList<>();
    private int sent;

    /** @param name prefix of every id and every content, so that no two clients publish the same */
    PublishingClient(String user, ChatPeer peer, String name, List<String> rooms, Random random, Runnable onAck) {
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
                while (unanswered.size() < IN_FLIGHT) {
                    publish();
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

    /** Its acknowledged messages, and all deliveries. */
    List<ObservedMessage> observed() {
        return observed;
    }

    /** Acknowledged messages with their frames. */
    Map<ObservedMessage, JsonObject> acked() {
        return acked;
    }

    /** Frames without an answer, whose outcome is unknown. */
    List<JsonObject> unanswered() {
        return List.copyOf(unanswered.values());
    }

    /** Received frames that are neither messages nor acks. */
    List<JsonObject> others() {
        return others;
    }

    private void publish() {
        String id = name + "-" + sent++;
        JsonObject frame = new JsonObject()
                .put("type", "chat")
                .put("id", id)
                .put("roomId", rooms.get(random.nextInt(rooms.size())))
                .put("content", id + " " + "x".repeat(random.nextInt(500)));
        unanswered.put(id, frame);
        peer.send(frame);
    }

    /** Repeats a frame that was answered {@code unavailable}, which happens on a busy machine. */
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
                ObservedMessage place = ObservedMessage.ofAck(frame, asked.getString("content"));
                acked.put(place, asked);
                observed.add(place);
                onAck.run();
            }
            case "chat" -> observed.add(ObservedMessage.ofChat(frame));
            case "error" -> refused(frame);
            default -> others.add(frame);
        }
    }
}
