package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Amendments that several nodes take at once, and that all of them have to show. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class AmendmentAcrossNodes {
    private static final String STAGES =
            "stages={\"edge\": 2, \"auth\": 2, \"ratelimit\": 2, \"rooms\": 2, \"broadcast\": 2}";

    private final List<ChatPeer> peers = new ArrayList<>();
    private List<TestNode> nodes = List.of();
    private int test;
    String lobby;
    String second;

    /** Starts the nodes for all tests. */
    abstract List<TestNode> site(String... sets);

    /** Closes what {@link #site} started beside the nodes. */
    void closeSite() {}

    @BeforeAll
    void open() {
        nodes = site(STAGES);
    }

    @AfterAll
    void close() {
        TestNode.close(nodes);
        closeSite();
    }

    @BeforeEach
    void setApart() {
        test++;
        lobby = "lobby-" + test;
        second = "second-" + test;
    }

    @AfterEach
    void part() {
        peers.forEach(ChatPeer::close);
        peers.clear();
    }

    @Test
    void edit_reaches_every_member_and_those_who_resume_and_shows_in_the_history() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        ChatPeer cleo = enter("cleo", 2);
        List.of(ann, ben, cleo).forEach(each -> each.join(lobby));
        JsonObject said = ann.ask(frame("chat")
                .put("content", "helo @ben")
                .put("replyTo", UUID.randomUUID().toString())
                .put("id", "c1"));
        cleo.next("chat");
        cleo.close();
        JsonObject ack = edit(ann, said, "hello <script>x</script> #all", "e1");
        assertThat(ack.getString("type")).isEqualTo("ack");
        assertThat(ack.getString("roomId")).isEqualTo(lobby);
        assertThat(ack.getString("messageId")).isEqualTo(said.getString("messageId"));
        assertThat(ack.getLong("seq")).isEqualTo(2);
        for (ChatPeer each : List.of(ann, ben)) {
            JsonObject edited = each.next("message_edited");
            assertThat(edited.getLong("seq")).isEqualTo(2);
            assertThat(edited.getString("epoch")).isEqualTo(ack.getString("epoch"));
            assertThat(edited.getString("messageId")).isEqualTo(said.getString("messageId"));
            assertThat(edited.getString("userId")).isEqualTo("ann");
            assertThat(edited.getString("content")).doesNotContain("<script").contains("hello");
            assertThat(edited.getString("text")).isEqualTo("hello <script>x</script> #all");
            assertThat(edited.getJsonArray("mentions")).isEmpty();
            assertThat(edited.getJsonArray("hashtags")).containsExactly("#all");
        }
        ChatPeer again = enter("cleo", 1);
        JsonObject joined = resume(again, said);
        assertThat(types(joined)).containsExactly("message_edited");
        JsonObject shown = history(again).getJsonArray("messages").getJsonObject(0);
        assertThat(shown.getString("type")).isEqualTo("chat");
        assertThat(shown.getLong("seq")).isEqualTo(1);
        assertThat(shown.getString("userId")).isEqualTo("ann");
        assertThat(shown.getString("text")).isEqualTo("hello <script>x</script> #all");
        assertThat(shown.getJsonArray("mentions")).isEmpty();
        assertThat(shown.containsKey("replyTo")).isTrue();
        assertThat(shown.getJsonObject("edited").getLong("seq")).isEqualTo(2);
        JsonObject raw = ask(again, frame("history").put("after", 0));
        assertThat(types(raw)).containsExactly("chat", "message_edited");
        assertThat(raw.getJsonArray("messages").getJsonObject(0).getString("content"))
                .isEqualTo("helo @ben");
        assertThat(raw.containsKey("gap")).isFalse();
    }

    @Test
    void repeated_amendment_gets_the_first_ack_and_another_under_its_id_is_a_conflict() {
        ChatPeer ann = enter("ann", 0);
        ChatPeer ben = enter("ben", 1);
        List.of(ann, ben).forEach(each -> each.join(lobby));
        JsonObject one = ann.say(lobby, "one", "same");
        JsonObject two = ann.say(lobby, "two", "other");
        JsonObject ack = edit(ann, one, "uno", "same");
        assertThat(ack.getLong("seq")).as("another type under the same id").isEqualTo(3);
        assertThat(edit(ann, one, "uno", "same")).isEqualTo(ack);
        assertThat(edit(ann, one, "eins", "same").getString("reason")).isEqualTo("conflict");
        assertThat(edit(ann, two, "uno", "same").getString("reason")).isEqualTo("conflict");
        JsonObject gone = delete(ann, one, "same");
        assertThat(edit(ann, one, "uno", "same")).isEqualTo(ack);
        assertThat(delete(ann, one, "same")).isEqualTo(gone);
        assertThat(delete(ann, two, "same").getString("reason")).isEqualTo("conflict");
        ann.say(lobby, "last", "c9");
        ben.next(each -> "last".equals(each.getString("content")), "the last");
        assertThat(ben.rest().stream().filter(each -> each.containsKey("seq")).map(each -> each.getString("type")))
                .containsOnlyOnce("message_edited", "message_deleted");
    }

    @Test
    void of_an_edit_and_a_deletion_at_once_the_message_ends_deleted() {
        for (int round = 0; round < 10; round++) {
            String room = lobby + "-" + round;
            ChatPeer ann = enter("ann", 0);
            ChatPeer moderator = enter("mod", Role.MODERATOR, 1);
            ann.join(room);
            moderator.join(room);
            JsonObject said = ann.say(room, "one", "c");
            CompletableFuture<JsonObject> edited = CompletableFuture.supplyAsync(() ->
                    ask(ann, amend("edit_message", said).put("roomId", room).put("content", "two")));
            JsonObject deleted = ask(moderator, amend("delete_message", said).put("roomId", room));
            assertThat(deleted.getString("type")).isEqualTo("ack");
            JsonObject edit = edited.join();
            assertThat(
                            "ack".equals(edit.getString("type"))
                                    ? edit.getLong("seq") < deleted.getLong("seq")
                                    : "not_found".equals(edit.getString("reason")))
                    .as("%s, %s", edit, deleted)
                    .isTrue();
            assertThat(types(ask(ann, frame("history").put("roomId", room)))).containsExactly("message_deleted");
            ann.close();
            moderator.close();
        }
    }

    @Test
    void of_two_edits_at_once_the_later_entry_shows_on_every_node() {
        List<ChatPeer> anns =
                IntStream.range(0, 3).mapToObj(i -> enter("ann", i)).toList();
        anns.forEach(each -> each.join(lobby));
        JsonObject said = anns.get(0).say(lobby, "one", "c");
        List<CompletableFuture<List<JsonObject>>> edits = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> IntStream.range(0, 10)
                        .mapToObj(j -> edit(anns.get(i), said, "by " + i + " " + j, "e" + i + "-" + j))
                        .toList()))
                .toList();
        List<Long> seqs = edits.stream()
                .flatMap(each -> each.join().stream())
                .map(ack -> ack.getLong("seq"))
                .sorted()
                .toList();
        assertThat(seqs)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(2, 31).mapToObj(Long::valueOf).toList());
        for (ChatPeer each : anns) {
            JsonObject last = each.next(
                    frame -> "message_edited".equals(frame.getString("type")) && frame.getLong("seq") == 31, "seq 31");
            JsonObject shown = history(each).getJsonArray("messages").getJsonObject(0);
            assertThat(shown.getString("content")).isEqualTo(last.getString("content"));
            assertThat(shown.getJsonObject("edited").getLong("seq")).isEqualTo(31);
        }
    }

    @Test
    void removed_author_amends_nothing_after_the_removal() {
        ChatPeer moderator = enter("mod", Role.MODERATOR, 0);
        ChatPeer ben = enter("ben", 1);
        List.of(moderator, ben).forEach(each -> each.join(lobby));
        JsonObject said = ben.say(lobby, "one", "c");
        CompletableFuture<List<JsonObject>> edits = CompletableFuture.supplyAsync(() -> IntStream.range(0, 20)
                .mapToObj(i -> edit(ben, said, "edit " + i, "e" + i))
                .toList());
        JsonObject removal =
                moderator.ask(frame("remove_user").put("userId", "ben").put("id", "r"));
        assertThat(removal.getString("type")).isEqualTo("ack");
        for (JsonObject answer : edits.join()) {
            assertThat(
                            "ack".equals(answer.getString("type"))
                                    ? answer.getLong("seq") < removal.getLong("seq")
                                    : "not_member".equals(answer.getString("reason")))
                    .as(answer.encode())
                    .isTrue();
        }
        assertThat(delete(ben, said, "d").getString("reason")).isEqualTo("not_member");
        assertThat(delete(moderator, said, "d").getString("type")).isEqualTo("ack");
        assertThat(types(history(moderator))).containsExactly("message_deleted", "member_removed");
    }

    @Test
    void what_an_admin_says_reaches_every_open_session_of_every_node_once() {
        ChatPeer root = enter("root", Role.ADMIN, 0);
        List<ChatPeer> all = new ArrayList<>(List.of(root));
        IntStream.range(0, 6).forEach(i -> all.add(enter("user-" + i, i)));
        JsonObject tell = new JsonObject()
                .put("type", "system_broadcast")
                .put("content", "Down at noon <img src=x onerror=alert(1)>" + test)
                .put("id", "t" + test);
        JsonObject ack = root.ask(tell);
        assertThat(ack.getString("type")).isEqualTo("ack");
        assertThat(ack.containsKey("roomId") || ack.containsKey("recipientId")).isFalse();
        for (ChatPeer each : all) {
            JsonObject notification = each.next("notification");
            assertThat(notification.fieldNames()).containsExactly("type", "level", "content", "timestamp");
            assertThat(notification.getString("level")).isEqualTo("info");
            assertThat(notification.getString("content"))
                    .contains("Down at noon")
                    .doesNotContain("<img");
        }
        assertThat(root.ask(tell)).isEqualTo(ack);
        assertThat(root.ask(tell.copy().put("content", "other")).getString("reason"))
                .isEqualTo("conflict");
        ChatPeer later = enter("late", 1);
        JsonObject last = tell.copy().put("content", "second").put("id", "u" + test);
        assertThat(root.ask(last).getString("type")).isEqualTo("ack");
        all.add(later);
        all.forEach(each ->
                assertThat(each.next("notification").getString("content")).isEqualTo("second"));
    }

    ChatPeer enter(String user, int node) {
        return enter(user, Role.MEMBER, node);
    }

    ChatPeer enter(String user, Role role, int number) {
        TestNode node = nodes.get(number % nodes.size());
        JdkPeer peer = JdkPeer.admitted(
                node.ws(), node.token(user, role, Duration.ofMinutes(10), lobby, lobby + "-*", second));
        peer.next("auth_success");
        peers.add(peer);
        return peer;
    }

    JsonObject frame(String type) {
        return new JsonObject().put("type", type).put("roomId", lobby);
    }

    JsonObject amend(String type, JsonObject message) {
        return frame(type).put("messageId", message.getString("messageId"));
    }

    JsonObject edit(ChatPeer by, JsonObject message, String content, String id) {
        return by.ask(amend("edit_message", message).put("content", content).put("id", id));
    }

    JsonObject delete(ChatPeer by, JsonObject message, String id) {
        return by.ask(amend("delete_message", message).put("id", id));
    }

    JsonObject history(ChatPeer by) {
        return ask(by, frame("history"));
    }

    static JsonObject ask(ChatPeer by, JsonObject frame) {
        return by.ask(frame.put("id", UUID.randomUUID().toString()));
    }

    private JsonObject resume(ChatPeer peer, JsonObject from) {
        peer.send(frame("join")
                .put(
                        "since",
                        new JsonObject().put("epoch", from.getString("epoch")).put("seq", from.getLong("seq"))));
        JsonObject joined = peer.next("joined");
        assertThat(joined.getBoolean("recovered")).isTrue();
        return joined;
    }

    static List<String> types(JsonObject answer) {
        return answer.getJsonArray("messages").stream()
                .map(each -> ((JsonObject) each).getString("type"))
                .toList();
    }
}
