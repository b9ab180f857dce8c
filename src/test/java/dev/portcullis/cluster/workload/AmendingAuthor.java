package dev.portcullis.cluster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A user who writes in rooms and to another user, and edits and deletes what they wrote, old and new. What each message has to be
 * is known from the acks: a frame whose outcome is unknown is repeated under its id before the message is changed again.
 */
public final class AmendingAuthor implements Runnable {
    private static final int AMENDING = 20;
    private static final int DELETING = 10;
    private static final int WRITING_TO_USER = 30;
    private static final int PERCENT = 100;

    private final String user;
    private final ChatPeer peer;
    private final List<JsonObject> places;
    private final Random random;
    private final BooleanSupplier goesOn;
    private final AtomicInteger acked = new AtomicInteger();
    private final List<Written> written = new ArrayList<>();
    private final Map<Written, JsonObject> unanswered = new LinkedHashMap<>();
    private int ids;

    /** A message as its author knows it. */
    public static final class Written {
        private final JsonObject place;
        private final String messageId;
        private final long seq;
        private final String first;
        private Optional<String> content;
        private long edit;

        private Written(JsonObject place, JsonObject ack, String first) {
            this.place = place;
            this.messageId = ack.getString("messageId");
            this.seq = ack.getLong("seq");
            this.first = first;
            this.content = Optional.of(first);
        }

        public boolean isIn(JsonObject where) {
            return place.equals(where);
        }

        public boolean isDirect() {
            return place.containsKey("recipientId");
        }

        public String messageId() {
            return messageId;
        }

        public long seq() {
            return seq;
        }

        public String first() {
            return first;
        }

        /** Its text; empty if it was deleted. */
        public Optional<String> content() {
            return content;
        }

        /** The seq of its newest edit in the author's stream; 0 without one. */
        public long edit() {
            return edit;
        }
    }

    /**
     * @param rooms that the user has joined
     * @param other to whom they write
     */
    public AmendingAuthor(
            String user, ChatPeer peer, List<String> rooms, String other, long seed, BooleanSupplier goesOn) {
        this.user = user;
        this.peer = peer;
        this.places = new ArrayList<>(
                rooms.stream().map(room -> new JsonObject().put("roomId", room)).toList());
        places.add(new JsonObject().put("recipientId", other));
        this.random = new Random(seed);
        this.goesOn = goesOn;
    }

    public int acked() {
        return acked.get();
    }

    /** What they have written, once they have ended. */
    public List<Written> written() {
        return written;
    }

    @Override
    public void run() {
        while (goesOn.getAsBoolean()) {
            step();
            acknowledgeInbox();
        }
        Map.copyOf(unanswered).forEach((message, frame) -> applied(message, frame, peer.ask(frame)));
        acknowledgeInbox();
    }

    private void step() {
        if (written.isEmpty() || random.nextInt(PERCENT) >= AMENDING) {
            write();
        } else {
            Written message = written.get(random.nextInt(written.size()));
            JsonObject frame = Optional.ofNullable(unanswered.get(message)).orElseGet(() -> amendment(message));
            unanswered.put(message, frame);
            peer.send(frame);
            JsonObject answer = peer.next(
                    each -> frame.getString("id").equals(each.getString("id")), "answer to " + frame.getString("id"));
            if (!"unavailable".equals(answer.getString("reason"))) {
                applied(message, frame, answer);
            }
        }
    }

    private void write() {
        boolean toUser = random.nextInt(PERCENT) < WRITING_TO_USER;
        JsonObject place = places.get(toUser ? places.size() - 1 : random.nextInt(places.size() - 1));
        String text = newText();
        JsonObject ack = peer.ask(new JsonObject()
                .put("type", toUser ? "chat_message" : "chat")
                .mergeIn(place)
                .put("content", text)
                .put("id", user + ids));
        assertThat(ack.getString("type")).as(ack.encode()).isEqualTo("ack");
        acked.incrementAndGet();
        written.add(new Written(place, ack, text));
    }

    private JsonObject amendment(Written message) {
        String text = newText();
        JsonObject frame = new JsonObject()
                .mergeIn(message.place)
                .put("messageId", message.messageId)
                .put("id", user + ids);
        return random.nextInt(PERCENT) < DELETING
                ? frame.put("type", "delete_message")
                : frame.put("type", "edit_message").put("content", text);
    }

    private void applied(Written message, JsonObject frame, JsonObject answer) {
        unanswered.remove(message);
        boolean gone = message.content.isEmpty();
        if (gone || isTooOftenEdited(frame, answer)) {
            assertThat(answer.getString("reason")).as("%s to %s", answer, frame).isIn("not_found", "conflict");
            return;
        }
        assertThat(answer.getString("type")).as("%s to %s", answer, frame).isEqualTo("ack");
        acked.incrementAndGet();
        message.content = Optional.ofNullable(frame.getString("content"));
        message.edit = answer.getLong("seq");
    }

    private static boolean isTooOftenEdited(JsonObject frame, JsonObject answer) {
        return frame.containsKey("content") && "conflict".equals(answer.getString("reason"));
    }

    private String newText() {
        return "text " + ++ids + " of " + user + ".";
    }

    /** What was delivered leaves the inbox, so that the rest of the conversation is in the archive. */
    private void acknowledgeInbox() {
        peer.rest().stream()
                .filter(frame -> frame.containsKey("recipientId") && !"ack".equals(frame.getString("type")))
                .mapToLong(frame -> frame.getLong("seq", 0L))
                .max()
                .ifPresent(seq -> peer.send(new JsonObject().put("type", "ack").put("inboxSeq", seq)));
    }
}
