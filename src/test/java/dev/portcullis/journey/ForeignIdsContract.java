package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FrameAsker;
import dev.portcullis.kit.FrameSample;
import dev.portcullis.kit.PublishedSchemas;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.FrameType;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Insecure direct object references (CWE-639, CWE-204): every id in every frame is replaced by that of others, and by one that
 * does not exist. Both are answered alike, and nothing of the others is told or changed.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class ForeignIdsContract {
    private static final String SECRET = "between ann and amy";

    /** Fields that name no object of any user. A token is a proof, and a position is one in the sender's own stream. */
    private static final Set<String> NO_IDS = Set.of(
            "type",
            "id",
            "csrfToken",
            "timestamp",
            "token",
            "resume",
            "since",
            "presence",
            "tail",
            "content",
            "attachments",
            "expiresInMs",
            "isTyping",
            "seq",
            "before",
            "after",
            "limit",
            "reason",
            "inboxSeq",
            "name",
            "size",
            "mime",
            "event",
            "data",
            "query",
            "cursor");

    /**
     * The permitted outcomes, by field and by what else the frame has. One may leave any room, bar any user from an own room,
     * and quote any id.
     */
    private static final Map<String, Set<String>> OUTCOMES = Map.ofEntries(
            Map.entry("join.roomId", Set.of("not_member")),
            Map.entry("join.rooms", Set.of("not_member")),
            Map.entry("leave.roomId", Set.of("left")),
            Map.entry("chat.roomId", Set.of("not_member")),
            Map.entry("chat.replyTo", Set.of("ack")),
            Map.entry("chat_message.recipientId", Set.of("forbidden")),
            Map.entry("chat_message.replyTo", Set.of("ack")),
            Map.entry("edit_message.roomId", Set.of("not_member")),
            Map.entry("edit_message.recipientId", Set.of("forbidden")),
            Map.entry("edit_message.messageId", Set.of("not_found")),
            Map.entry("delete_message.roomId", Set.of("not_member")),
            Map.entry("delete_message.recipientId", Set.of("not_found")),
            Map.entry("delete_message.messageId", Set.of("not_found")),
            Map.entry("typing_indicator.roomId", Set.of("not_member")),
            Map.entry("typing_indicator.recipientId", Set.of("forbidden")),
            Map.entry("read.roomId", Set.of("not_member")),
            Map.entry("history.roomId", Set.of("not_member")),
            Map.entry("history.recipientId", Set.of("history")),
            Map.entry("search.roomId", Set.of("not_member")),
            Map.entry(
                    "search.recipientId",
                    Set.of("search", "unsupported")), // where there is an archive, and where there is none
            Map.entry("search.userId", Set.of("search", "unsupported")),
            Map.entry("presence.roomId", Set.of("not_member")),
            Map.entry("remove_user.roomId", Set.of("not_member")),
            Map.entry("remove_user.userId", Set.of("ack")),
            Map.entry("file_upload.roomId", Set.of("not_member")),
            Map.entry("file_upload.recipientId", Set.of("forbidden")),
            Map.entry("event.roomId", Set.of("not_member")),
            Map.entry("event.recipientId", Set.of("forbidden")));

    /** Parts of an answer that differ from one to the next. */
    private static final List<String> OF_THE_MOMENT =
            List.of("id", "requestId", "timestamp", "roomId", "recipientId", "messageId", "seq");

    private final Map<String, String> ids = new HashMap<>();
    private final List<ChatPeer> peers = new ArrayList<>();
    private TestServer site;
    private ChatPeer eve;
    private ChatPeer ann;

    /** Starts the server, which gives tickets for uploads. Who shares a room may write to each other. */
    abstract TestServer site(String... settings);

    /** ann and amy share a room, eve and eli share another. */
    @BeforeAll
    void open() {
        site = site("direct.allow=shared_room", "events={\"poll.vote\": {\"schema\": {}}}");
        PrivateRooms rooms = new PrivateRooms(site);
        for (List<String> pair : List.of(List.of("ann", "amy"), List.of("eve", "eli"))) {
            String owner = pair.get(0);
            String room = rooms.create(site.token(owner));
            rooms.put(site.token(owner), room, pair.get(1), "member");
            rooms.accept(site.token(pair.get(1)), room);
            ids.put("room of " + owner, room);
            ChatPeer first = enter(owner);
            ChatPeer second = enter(pair.get(1));
            first.join(room);
            second.join(room);
            String text = owner.equals("ann") ? SECRET : "own";
            ids.put("message of " + owner, first.say(room, text, "m").getString("messageId"));
            JsonObject direct = new JsonObject()
                    .put("type", "chat_message")
                    .put("recipientId", pair.get(1))
                    .put("content", text)
                    .put("id", "d");
            ids.put("direct of " + owner, first.ask(direct).getString("messageId"));
            for (ChatPeer each : List.of(first, second)) { // else a test would take them for what eve caused
                each.next("chat");
                each.next("chat_message");
            }
        }
        ann = peers.get(0);
        eve = peers.get(2);
    }

    @AfterAll
    void close() {
        peers.forEach(ChatPeer::close);
        if (site != null) {
            site.close();
        }
    }

    private ChatPeer enter(String user) {
        ChatPeer peer = site.enter(user);
        peers.add(peer);
        return peer;
    }

    /** Returns when what came before is delivered. */
    private static void settle(ChatPeer peer) {
        String id = UUID.randomUUID().toString();
        peer.ask(new JsonObject().put("type", "ping").put("id", id));
    }

    @Test
    void every_id_of_every_frame_has_an_outcome() {
        Set<String> all = new TreeSet<>();
        for (FrameType type : FrameType.values()) {
            PublishedSchemas.of(type).getJsonObject("properties").fieldNames().stream()
                    .filter(field -> !NO_IDS.contains(field))
                    .forEach(field -> all.add(type.id() + "." + field));
        }
        assertThat(OUTCOMES.keySet()).containsExactlyInAnyOrderElementsOf(all);
    }

    static Stream<String> ids() {
        return OUTCOMES.keySet().stream().sorted();
    }

    @ParameterizedTest
    @MethodSource("ids")
    void id_of_others_and_one_that_does_not_exist_are_answered_alike(String field) {
        FrameType type = FrameType.of(field.substring(0, field.indexOf('.'))).orElseThrow();
        String name = field.substring(field.indexOf('.') + 1);
        for (JsonObject own : ownFrames(type)) {
            if (!own.containsKey(name) && !name.equals("rooms")) {
                continue;
            }
            FrameAsker asker = new FrameAsker(eve);
            List<JsonObject> answers = foreign(name).stream()
                    .map(id -> asker.ask(type, with(own, name, id)))
                    .toList();
            assertThat(FrameAsker.outcome(answers.get(0))).as(own.encode()).isIn(OUTCOMES.get(field));
            assertThat(answers.stream().map(ForeignIdsContract::lasting).collect(Collectors.toSet()))
                    .as(own.encode())
                    .hasSize(1);
            assertThat(answers.toString()).doesNotContain(SECRET);
        }
        assertUntouched();
    }

    /** What eve may send, of this type, to each kind of target. */
    private List<JsonObject> ownFrames(FrameType type) {
        JsonObject inRoom = new FrameSample(
                        ids.get("room of eve"), "eli", "eli", ids.get("message of eve"), site.token("eve"))
                .of(type);
        if (type == FrameType.SEARCH) {
            JsonObject anywhere = inRoom.copy().put("query", SECRET);
            return List.of(
                    anywhere.copy().put("roomId", ids.get("room of eve")),
                    anywhere.copy().put("recipientId", "eli"),
                    anywhere.copy().put("userId", "eli"));
        }
        if (!inRoom.containsKey("roomId")
                || !PublishedSchemas.of(type).getJsonObject("properties").containsKey("recipientId")) {
            return List.of(inRoom);
        }
        JsonObject direct = inRoom.copy().put("recipientId", "eli");
        direct.remove("roomId");
        return List.of(
                inRoom, direct.containsKey("messageId") ? direct.put("messageId", ids.get("direct of eve")) : direct);
    }

    /** Objects of others, and then as many that do not exist. */
    private List<Object> foreign(String name) {
        return switch (name) {
            case "roomId" -> List.of(ids.get("room of ann"), UUID.randomUUID().toString());
            case "rooms" ->
                List.of(rooms(ids.get("room of ann")), rooms(UUID.randomUUID().toString()));
            case "recipientId", "userId" -> List.of("ann", "amy", "absent-" + UUID.randomUUID());
            case "messageId", "replyTo" ->
                List.of(
                        ids.get("message of ann"),
                        ids.get("direct of ann"),
                        UUID.randomUUID().toString());
            default -> throw new AssertionError("say what is foreign for " + name);
        };
    }

    private static JsonArray rooms(String room) {
        return new JsonArray().add(new JsonObject().put("roomId", room));
    }

    private static JsonObject with(JsonObject own, String name, Object id) {
        JsonObject frame = own.copy().put(name, id);
        if (name.equals("rooms")) {
            frame.remove("roomId");
        }
        return frame;
    }

    private static JsonObject lasting(JsonObject answer) {
        JsonObject lasting = answer.copy();
        OF_THE_MOMENT.forEach(lasting::remove);
        return lasting;
    }

    private void assertUntouched() {
        settle(eve);
        assertThat(eve.rest().toString()).doesNotContain(SECRET);
        for (ChatPeer each : List.of(ann, peers.get(1))) {
            settle(each);
            assertThat(each.rest()).as("what the others hear").isEmpty();
        }
        JsonObject page = ann.ask(new JsonObject()
                .put("type", "history")
                .put("roomId", ids.get("room of ann"))
                .put("id", UUID.randomUUID().toString()));
        assertThat(page.getJsonArray("messages"))
                .singleElement()
                .satisfies(each ->
                        assertThat(((JsonObject) each).getString("content")).isEqualTo(SECRET));
        JsonObject present = ann.ask(new JsonObject()
                .put("type", "presence")
                .put("roomId", ids.get("room of ann"))
                .put("id", UUID.randomUUID().toString()));
        assertThat(present.encode()).doesNotContain("eve");
    }
}
