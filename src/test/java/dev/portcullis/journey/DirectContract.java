package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What clients see of direct messages, over real sockets. Each test has its own users. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class DirectContract {
    private static final int UNDELIVERED = 100;

    private final HttpClient http = HttpClient.newHttpClient();
    private TestServer node;
    private int test;
    private String ann;
    private String ben;

    /** Starts the server for all tests. Anyone may write to anyone. */
    abstract TestServer site();

    @BeforeAll
    void open() {
        node = site();
    }

    @AfterAll
    void close() throws Exception {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void setApart() {
        test++;
        ann = "ann-" + test;
        ben = "ben-" + test;
    }

    @Test
    void message_reaches_all_sessions_of_both_and_its_ack_names_the_own_inbox() {
        try (ChatPeer annsPhone = enter(ann);
                ChatPeer annsDesk = enter(ann);
                ChatPeer bensPhone = enter(ben);
                ChatPeer bensDesk = enter(ben)) {
            JsonObject ack = write(annsPhone, ben, "<b>hello</b> @ben", "h1");
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(ack.getString("recipientId")).isEqualTo(ben);
            assertThat(ack.getLong("seq")).isEqualTo(1);
            for (ChatPeer each : List.of(annsPhone, annsDesk, bensPhone, bensDesk)) {
                JsonObject message = each.next("chat_message");
                assertThat(message.getString("userId")).isEqualTo(ann);
                assertThat(message.getString("recipientId")).isEqualTo(ben);
                assertThat(message.getString("content")).isEqualTo("<b>hello</b> @ben");
                assertThat(message.getString("messageId")).isEqualTo(ack.getString("messageId"));
                assertThat(message.getLong("seq")).isEqualTo(1);
            }
            write(bensDesk, ann, "back", "b1");
            for (ChatPeer each : List.of(annsPhone, annsDesk, bensPhone, bensDesk)) {
                JsonObject message = each.next("chat_message");
                assertThat(message.getString("userId")).isEqualTo(ben);
                assertThat(message.getLong("seq")).isEqualTo(2);
            }
        }
    }

    @Test
    void thousand_waiting_messages_come_once_and_in_order_within_a_second() {
        int senders = 10;
        for (int sender = 0; sender < senders; sender++) {
            try (ChatPeer peer = enter(ann + "-" + sender)) {
                for (int i = 0; i < UNDELIVERED; i++) {
                    send(peer, ben, "from " + sender + " number " + i, "s" + sender + "-" + i);
                }
                for (int i = 0; i < UNDELIVERED; i++) {
                    assertThat(peer.next("ack").getString("recipientId")).isEqualTo(ben);
                }
            }
        }
        long begun = System.nanoTime();
        try (ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(ben))) {
            JsonObject greeting = peer.next("auth_success");
            assertThat(greeting.getJsonObject("inbox").getLong("seq")).isEqualTo(1_000);
            List<Long> seqs = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                seqs.add(peer.next("chat_message").getLong("seq"));
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            System.out.println("1,000 waiting direct messages arrived within " + millis + " ms of the handshake");
            assertThat(seqs)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 1_000).boxed().toList());
            acknowledge(peer, 1_000);
            assertThat(ping(peer)).noneMatch(DirectContract::isMessage);
        }
        assertNothingWaits(ben);
    }

    @Test
    void acknowledged_messages_do_not_come_again_and_the_others_do() {
        fill(3);
        try (ChatPeer peer = enter(ben)) {
            for (int i = 1; i <= 3; i++) {
                assertThat(peer.next("chat_message").getLong("seq")).isEqualTo(i);
            }
            acknowledge(peer, 2);
        }
        assertThat(waiting(ben)).containsExactly(3L);
        assertThat(waiting(ben))
                .as("a client that never acknowledges gets them again")
                .containsExactly(3L);
    }

    /** Else a client could discard what it has not seen. */
    @Test
    void acknowledgement_counts_up_to_what_the_connection_was_sent() {
        try (ChatPeer early = enter(ben)) {
            acknowledge(early, 9_000_000_000_000L);
        }
        fill(2);
        assertThat(waiting(ben)).containsExactly(1L, 2L);
        try (ChatPeer peer = enter(ben)) {
            peer.next("chat_message");
            peer.next("chat_message");
            acknowledge(peer, 9_000_000_000_000L);
            try (ChatPeer writer = enter(ann)) {
                write(writer, ben, "later", "l1");
            }
            assertThat(peer.next("chat_message").getLong("seq")).isEqualTo(3);
        }
        assertThat(waiting(ben)).containsExactly(3L);
    }

    @Test
    void client_that_names_its_position_gets_exactly_what_follows() {
        String epoch = fill(5).getString("epoch");
        assertThat(resumed(ben, position(epoch, 3))).containsExactly(4L, 5L);
        assertThat(resumed(ben, position(epoch, 1)))
                .as("a position that was acknowledged by the one above is no hindrance")
                .containsExactly(2L, 3L, 4L, 5L);
        assertThat(waiting(ben))
                .as("what a client says to have is acknowledged")
                .containsExactly(4L, 5L);
        assertThat(resumed(ben, position("forgotten", 1))).containsExactly(4L, 5L);
        assertThat(resumed(ben, position(epoch, 1_000))).containsExactly(4L, 5L);
    }

    @Test
    void live_messages_come_behind_those_that_waited() {
        fill(100);
        try (ChatPeer writer = enter(ann + "-other");
                ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(ben))) {
            for (int i = 0; i < 20; i++) {
                send(writer, ben, "live " + i, "live-" + i);
            }
            List<Long> seqs = IntStream.range(0, 120)
                    .mapToObj(any -> peer.next("chat_message").getLong("seq"))
                    .toList();
            assertThat(seqs)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 120).boxed().toList());
        }
    }

    @Test
    void message_repeated_under_its_id_is_one_and_other_content_under_it_is_a_conflict() {
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben)) {
            JsonObject first = write(writer, ben, "once", "same");
            assertThat(write(writer, ben, "once", "same")).isEqualTo(first);
            assertThat(write(writer, ben, "twice", "same").getString("reason")).isEqualTo("conflict");
            JsonObject toAnother = write(writer, ben + "-2", "twice", "same");
            assertThat(toAnother.getString("type"))
                    .as("an id counts for each recipient")
                    .isEqualTo("ack");
            write(writer, ben, "next", "n");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("once");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("next");
            assertThat(IntStream.range(0, 3)
                            .mapToObj(any -> writer.next("chat_message").getString("content")))
                    .containsExactly("once", "twice", "next");
        }
    }

    /** One sender can't fill an inbox so that the messages of others are lost. */
    @Test
    void hundred_first_message_that_waits_is_restricted_until_the_recipient_acknowledges() {
        fill(UNDELIVERED);
        try (ChatPeer flooder = enter(ann);
                ChatPeer friend = enter(ann + "-friend")) {
            JsonObject refused = write(flooder, ben, "one more", "more");
            assertThat(refused.getString("type")).isEqualTo("error");
            assertThat(refused.getString("reason")).isEqualTo("restricted");
            assertThat(write(friend, ben, "of a friend", "f").getString("type")).isEqualTo("ack");
            try (ChatPeer peer = enter(ben)) {
                for (int i = 0; i <= UNDELIVERED; i++) {
                    peer.next("chat_message");
                }
                assertThat(write(flooder, ben, "one more", "more").getString("reason"))
                        .as("delivered is not acknowledged")
                        .isEqualTo("restricted");
                acknowledge(peer, 1);
                assertThat(write(flooder, ben, "one more", "more").getString("type"))
                        .isEqualTo("ack");
                assertThat(peer.next("chat_message").getString("content")).isEqualTo("one more");
            }
        }
    }

    @Test
    void message_to_oneself_is_one_message() {
        try (ChatPeer phone = enter(ann);
                ChatPeer desk = enter(ann)) {
            for (int i = 1; i <= UNDELIVERED + 1; i++) {
                assertThat(write(phone, ann, "note " + i, "n" + i).getLong("seq"))
                        .isEqualTo(i);
            }
            for (int i = 1; i <= UNDELIVERED + 1; i++) {
                assertThat(phone.next("chat_message").getLong("seq")).isEqualTo(i);
                assertThat(desk.next("chat_message").getLong("seq")).isEqualTo(i);
            }
        }
    }

    @Test
    void blocked_sender_gets_the_same_ack_and_reaches_no_one() throws Exception {
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben)) {
            JsonObject before = write(writer, ben, "before", "1");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("before");
            assertThat(call("GET", ben, ann).body()).isEqualTo("{\"blocked\":false}");
            assertThat(call("PUT", ben, ann).statusCode()).isEqualTo(204);
            assertThat(call("PUT", ben, ann).statusCode()).as("again").isEqualTo(204);
            assertThat(call("GET", ben, ann).body()).isEqualTo("{\"blocked\":true}");
            assertThat(call("GET", ann, ben).body())
                    .as("each list is its owner's")
                    .isEqualTo("{\"blocked\":false}");
            JsonObject blocked = write(writer, ben, "blocked", "2");
            assertThat(blocked.fieldNames()).isEqualTo(before.fieldNames());
            assertThat(blocked.getLong("seq")).isEqualTo(before.getLong("seq") + 1);
            assertThat(write(writer, ben, "blocked", "2")).isEqualTo(blocked);
            assertThat(writer.next("chat_message").getString("content")).isEqualTo("before");
            assertThat(writer.next("chat_message").getString("content")).isEqualTo("blocked");
            assertThat(write(reader, ann, "the other way", "3").getString("type"))
                    .isEqualTo("ack");
            assertThat(call("DELETE", ben, ann).statusCode()).isEqualTo(204);
            write(writer, ben, "after", "4");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("the other way");
            assertThat(reader.next("chat_message").getString("content")).isEqualTo("after");
        }
    }

    @Test
    void user_can_not_block_themselves_or_the_server_and_a_stranger_can_not_see_a_list() throws Exception {
        assertThat(call("PUT", ben, ben).statusCode()).isEqualTo(409);
        for (String reserved : List.of("system", "System", "deleted")) {
            assertThat(call("PUT", ben, reserved).statusCode())
                    .as("messages of the server can't be shut out")
                    .isEqualTo(409);
            assertThat(call("GET", ben, reserved).body()).isEqualTo("{\"blocked\":false}");
            assertThat(call("DELETE", ben, reserved).statusCode()).isEqualTo(204);
        }
        HttpResponse<String> unauthenticated =
                http.send(HttpRequest.newBuilder(blocks(ann)).GET().build(), BodyHandlers.ofString());
        assertThat(unauthenticated.statusCode()).isEqualTo(401);
    }

    @Test
    void edit_and_deletion_reach_all_sessions_of_both_and_only_the_author_may() {
        try (ChatPeer writer = enter(ann);
                ChatPeer desk = enter(ann);
                ChatPeer reader = enter(ben);
                ChatPeer stranger = enter(ann + "-stranger")) {
            String id = write(writer, ben, "first", "1").getString("messageId");
            JsonObject ack = edit(writer, ben, id, "<b>second</b>", "2");
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(ack.getString("messageId")).isEqualTo(id);
            assertThat(ack.getLong("seq")).isEqualTo(2);
            for (ChatPeer each : List.of(writer, desk, reader)) {
                JsonObject edited = each.next("message_edited");
                assertThat(edited.getString("messageId")).isEqualTo(id);
                assertThat(edited.getString("recipientId")).isEqualTo(ben);
                assertThat(edited.getString("content")).isEqualTo("<b>second</b>");
            }
            assertThat(edit(writer, ben, id, "<b>second</b>", "2"))
                    .as("the same again")
                    .isEqualTo(ack);
            assertThat(edit(reader, ann, id, "forged", "3").getString("reason")).isEqualTo("forbidden");
            assertThat(delete(reader, ann, id, "4").getString("reason")).isEqualTo("forbidden");
            for (String other : List.of(ann, ben, ann + "-unknown")) {
                assertThat(edit(stranger, other, id, "forged", "5" + other).getString("reason"))
                        .as("it exists, and looks as if it did not")
                        .isEqualTo("not_found");
                assertThat(delete(stranger, other, id, "6" + other).getString("reason"))
                        .isEqualTo("not_found");
            }
            assertThat(edit(writer, ann + "-unknown", id, "elsewhere", "7").getString("reason"))
                    .as("in a conversation that it is not of")
                    .isEqualTo("not_found");
            JsonObject deleted = delete(writer, ben, id, "8");
            assertThat(deleted.getLong("seq")).isEqualTo(3);
            for (ChatPeer each : List.of(writer, desk, reader)) {
                assertThat(each.next("message_deleted").getString("messageId")).isEqualTo(id);
            }
            assertThat(delete(writer, ben, id, "8")).as("the same again").isEqualTo(deleted);
            assertThat(delete(writer, ben, id, "9").getString("reason")).isEqualTo("not_found");
            assertThat(edit(writer, ben, id, "third", "10").getString("reason")).isEqualTo("not_found");
            assertThat(stranger.rest()).isEmpty();
        }
    }

    @Test
    void one_id_may_edit_messages_to_two_recipients_and_changes_both_copies_of_each() {
        String cleo = "cleo-" + test;
        try (ChatPeer writer = enter(ann);
                ChatPeer first = enter(ben);
                ChatPeer second = enter(cleo)) {
            String toBen = write(writer, ben, "to ben", "1").getString("messageId");
            String toCleo = write(writer, cleo, "to cleo", "2").getString("messageId");
            JsonObject ack = edit(writer, ben, toBen, "edited", "e");
            assertThat(ack.getString("type")).isEqualTo("ack");
            assertThat(edit(writer, cleo, toCleo, "edited", "e").getString("type"))
                    .isEqualTo("ack");
            assertThat(first.next("message_edited").getString("messageId")).isEqualTo(toBen);
            assertThat(second.next("message_edited").getString("messageId")).isEqualTo(toCleo);
            assertThat(List.of(
                            writer.next("message_edited").getString("messageId"),
                            writer.next("message_edited").getString("messageId")))
                    .containsExactly(toBen, toCleo);
            assertThat(edit(writer, ben, toBen, "edited", "e"))
                    .as("the first ack again")
                    .isEqualTo(ack);
            assertThat(edit(writer, ben, toBen, "other", "e").getString("reason"))
                    .isEqualTo("conflict");
        }
    }

    @Test
    void blocked_author_edits_and_deletes_like_any_other() throws Exception {
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben)) {
            String before = write(writer, ben, "before", "1").getString("messageId");
            reader.next("chat_message");
            call("PUT", ben, ann);
            String blocked = write(writer, ben, "blocked", "2").getString("messageId");
            for (String id : List.of(before, blocked)) {
                assertThat(edit(writer, ben, id, "edited", "e" + id).getString("type"))
                        .isEqualTo("ack");
                assertThat(writer.next("message_edited").getString("messageId")).isEqualTo(id);
                assertThat(delete(writer, ben, id, "d" + id).getString("type")).isEqualTo("ack");
                assertThat(writer.next("message_deleted").getString("messageId"))
                        .isEqualTo(id);
            }
            call("DELETE", ben, ann);
            write(writer, ben, "after", "3");
            assertThat(reader.next().getString("content"))
                    .as("and nothing in between")
                    .isEqualTo("after");
        }
    }

    @Test
    void history_of_a_conversation_is_that_one_alone_in_its_latest_state() {
        String cleo = ann + "-cleo";
        try (ChatPeer writer = enter(ann);
                ChatPeer reader = enter(ben);
                ChatPeer third = enter(cleo)) {
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ids.add(write(writer, ben, "to ben " + i, "b" + i).getString("messageId"));
                write(third, ann, "of cleo " + i, "c" + i);
                write(reader, ann, "of ben " + i, "r" + i);
            }
            edit(writer, ben, ids.get(19), "edited", "e");
            delete(writer, ben, ids.get(18), "d");
            JsonObject newest = history(writer, ben, Map.of("limit", 5));
            assertThat(contents(newest)).containsExactly("of ben 17", null, "of ben 18", "edited", "of ben 19");
            assertThat(newest.getString("recipientId")).isEqualTo(ben);
            assertThat(newest.getBoolean("more")).isTrue();
            long before = newest.getJsonArray("messages").getJsonObject(0).getLong("seq");
            assertThat(contents(history(writer, ben, Map.of("limit", 2, "before", before))))
                    .containsExactly("of ben 16", "to ben 17");
            assertThat(contents(history(writer, ben, Map.of("after", 0, "limit", 3))))
                    .containsExactly("to ben 0", "of ben 0", "to ben 1");
            assertThat(contents(history(writer, cleo, Map.of("limit", 100)))).hasSize(20);
            assertThat(contents(history(third, ben, Map.of())))
                    .as("what others wrote to each other")
                    .isEmpty();
            assertThat(contents(history(third, cleo, Map.of()))).isEmpty();
            JsonObject atBens = history(reader, ann, Map.of("limit", 2));
            assertThat(contents(atBens)).containsExactly("edited", "of ben 19");
        }
    }

    @Test
    void reserved_ids_and_messages_that_are_too_long_are_refused() {
        try (ChatPeer writer = enter(ann)) {
            assertThat(write(writer, "system", "hi", "1").getString("reason")).isEqualTo("forbidden");
            assertThat(write(writer, "Deleted", "hi", "2").getString("reason")).isEqualTo("forbidden");
            assertThat(write(writer, ben, "x".repeat(5_001), "3").getString("reason"))
                    .isEqualTo("validation_failed");
            assertThat(write(writer, ben, "x".repeat(5_000), "4").getString("type"))
                    .isEqualTo("ack");
        }
    }

    /** Messages wait for ben; returns the ack of a message that the test needs no longer. */
    private JsonObject fill(int messages) {
        try (ChatPeer writer = enter(ann)) {
            for (int i = 0; i < messages; i++) {
                assertThat(write(writer, ben, "m" + i, "m" + i).getString("type"))
                        .isEqualTo("ack");
            }
        }
        try (ChatPeer peer = enter(ben)) {
            return peer.next("chat_message");
        }
    }

    private List<Long> waiting(String user) {
        try (ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user))) {
            return messagesUpTo(peer, peer.next("auth_success"));
        }
    }

    private List<Long> resumed(String user, JsonObject inbox) {
        try (ChatPeer peer = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of())) {
            peer.send(new JsonObject()
                    .put("type", "auth")
                    .put("token", node.token(user))
                    .put("resume", new JsonObject().put("inbox", inbox)));
            return messagesUpTo(peer, peer.next("auth_success"));
        }
    }

    /** All that comes up to the head, and with it at least one message. */
    private static List<Long> messagesUpTo(ChatPeer peer, JsonObject greeting) {
        long head = greeting.getJsonObject("inbox").getLong("seq");
        List<Long> seqs = new ArrayList<>();
        do {
            seqs.add(peer.next("chat_message").getLong("seq"));
        } while (seqs.get(seqs.size() - 1) < head);
        return seqs;
    }

    /** The first message that comes is one that is sent later. */
    private void assertNothingWaits(String user) {
        try (ChatPeer peer = enter(user)) {
            write(peer, user, "sent last", "last");
            assertThat(peer.next("chat_message").getString("content")).isEqualTo("sent last");
        }
    }

    private ChatPeer enter(String user) {
        ChatPeer peer = JdkPeer.admitted(node.ws(), node.token(user));
        peer.next("auth_success");
        return peer;
    }

    private static JsonObject write(ChatPeer from, String to, String content, String id) {
        return from.ask(message(to, content, id));
    }

    private static JsonObject edit(ChatPeer from, String to, String messageId, String content, String id) {
        return from.ask(new JsonObject()
                .put("type", "edit_message")
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("content", content)
                .put("id", key(id)));
    }

    private static JsonObject delete(ChatPeer from, String to, String messageId, String id) {
        return from.ask(new JsonObject()
                .put("type", "delete_message")
                .put("recipientId", to)
                .put("messageId", messageId)
                .put("id", key(id)));
    }

    /** A frame's id has at most 64 characters. */
    private static String key(String id) {
        return "k-" + id;
    }

    private static JsonObject history(ChatPeer reader, String with, Map<String, Object> range) {
        JsonObject frame =
                new JsonObject().put("type", "history").put("recipientId", with).put("id", "h");
        range.forEach(frame::put);
        return reader.ask(frame);
    }

    /** Null for a deleted message. */
    private static List<String> contents(JsonObject history) {
        return history.getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    private static void send(ChatPeer from, String to, String content, String id) {
        from.send(message(to, content, id));
    }

    private static JsonObject message(String to, String content, String id) {
        return new JsonObject()
                .put("type", "chat_message")
                .put("recipientId", to)
                .put("content", content)
                .put("id", id);
    }

    /** Frames take effect in order, so the acknowledgement has been handled when the pong comes. */
    private static void acknowledge(ChatPeer peer, long seq) {
        peer.send(new JsonObject().put("type", "ack").put("inboxSeq", seq));
        peer.ask(new JsonObject().put("type", "ping").put("id", "after-ack"));
    }

    /** What came before the pong. */
    private static List<JsonObject> ping(ChatPeer peer) {
        peer.ask(new JsonObject().put("type", "ping").put("id", "p"));
        return peer.rest();
    }

    private static boolean isMessage(JsonObject frame) {
        return "chat_message".equals(frame.getString("type"));
    }

    private static JsonObject position(String epoch, long seq) {
        return new JsonObject().put("epoch", epoch).put("seq", seq);
    }

    private HttpResponse<String> call(String method, String owner, String user)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(blocks(user))
                        .method(method, BodyPublishers.noBody())
                        .header("Authorization", "Bearer " + node.token(owner))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI blocks(String user) {
        return URI.create("http://127.0.0.1:" + node.ws().getPort() + "/api/blocks/" + user);
    }
}
