package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.forked.ForkedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.FrameAsker;
import dev.portcullis.kit.FrameSample;
import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every frame type on three nodes in processes of their own: sent to the first, seen on the second, and asked about on the
 * third.
 */
class FramesAcrossNodesIT {
    private static final List<ForkedNode> NODES = new ArrayList<>();

    @TempDir
    static Path folder;

    private static RedisProcess redis;

    private final List<ChatPeer> peers = new ArrayList<>();
    private String room;
    private String ann;
    private String ben;

    @BeforeAll
    static void open() throws Exception {
        redis = RedisProcess.start();
        List<Integer> ports = List.of(FreePort.find(), FreePort.find(), FreePort.find());
        String members =
                ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(",", "[", "]"));
        for (int port : ports) {
            NODES.add(ForkedNode.generous(
                    ForkedNode.configIn(folder),
                    "store={\"kind\": \"redis\", \"redis\": {\"uri\": \"" + redis.uri() + "\"}}",
                    "cluster.enabled=true",
                    "cluster.port=" + port,
                    "cluster.bus.port=0",
                    "cluster.members=" + members,
                    "drain.windowMs=0",
                    "direct.allow=anyone",
                    "uploads.kind=s3",
                    "uploads.publicUrl=https://chat.example",
                    "uploads.userPending=2",
                    "uploads.s3.endpoint=http://127.0.0.1:1",
                    "uploads.s3.pathStyle=true",
                    "uploads.s3.bucket=files",
                    "uploads.s3.accessKey=key",
                    "uploads.s3.secretKey=secret"));
        }
    }

    @AfterAll
    static void close() {
        NODES.forEach(ForkedNode::close);
        redis.close();
    }

    @BeforeEach
    void setApart() {
        String own = UUID.randomUUID().toString().substring(0, 8);
        room = "team-" + own;
        ann = "ann-" + own;
        ben = "ben-" + own;
    }

    @AfterEach
    void part() {
        peers.forEach(ChatPeer::close);
    }

    @ParameterizedTest
    @EnumSource(FrameType.class)
    void frame_takes_effect_across_nodes(FrameType type) {
        Runnable story = switch (type) {
            case AUTH -> this::auth;
            case TOKEN_REFRESH -> this::tokenRefresh;
            case JOIN -> this::join;
            case LEAVE -> this::leave;
            case CHAT -> this::chat;
            case CHAT_MESSAGE -> this::chatMessage;
            case EDIT_MESSAGE -> this::editMessage;
            case DELETE_MESSAGE -> this::deleteMessage;
            case TYPING_INDICATOR -> this::typingIndicator;
            case READ -> this::read;
            case HISTORY -> this::history;
            case SEARCH -> this::search;
            case PRESENCE -> this::presence;
            case REMOVE_USER -> this::removeUser;
            case SYSTEM_BROADCAST -> this::systemBroadcast;
            case ACK -> this::ack;
            case FILE_UPLOAD -> this::fileUpload;
            case EVENT -> this::event;
            default -> () -> NODES.forEach(node -> answers(node, type));
        };
        story.run();
    }

    private void auth() {
        ChatPeer late = JdkPeer.open(NODES.get(0).ws(), List.of("portcullis.v1"), Map.of());
        peers.add(late);
        late.send(new JsonObject().put("type", "auth").put("token", NODES.get(2).token(ann, room)));
        assertThat(late.next("auth_success").getString("userId")).isEqualTo(ann);
        ChatPeer second = joined(1, ben);
        late.join(room);
        late.say(room, "here", "1");
        assertThat(second.next("chat").getString("userId")).isEqualTo(ann);
    }

    private void tokenRefresh() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = enter(1, ben, Role.MEMBER, "more-" + room);
        second.join("more-" + room);
        assertThat(first.ask(in(FrameType.TOKEN_REFRESH)
                                .put("token", NODES.get(2).token(ann, "more-" + room)))
                        .getString("type"))
                .isEqualTo("token_refreshed");
        first.join("more-" + room);
        first.say("more-" + room, "renewed", "1");
        assertThat(second.next("chat").getString("userId")).isEqualTo(ann);
    }

    private void join() {
        ChatPeer second = joined(1, ben);
        joined(0, ann);
        awaitPresent(2, Set.of(ann, ben));
        second.say(room, "hi", "1");
        assertThat(peers.get(1).next("chat").getString("userId")).isEqualTo(ben);
    }

    private void leave() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        awaitPresent(2, Set.of(ann, ben));
        assertThat(first.ask(inRoom(FrameType.LEAVE)).getString("type")).isEqualTo("left");
        awaitPresent(2, Set.of(ben));
        second.say(room, "alone", "1");
        second.next("chat");
        first.join(room);
        second.say(room, "together", "2");
        assertThat(first.next("chat").getString("content")).isEqualTo("together");
    }

    private void chat() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        JsonObject ack = first.say(room, "hello", "1");
        JsonObject heard = second.next("chat");
        assertThat(heard.getString("messageId")).isEqualTo(ack.getString("messageId"));
        assertThat(heard.getLong("seq")).isEqualTo(ack.getLong("seq"));
        assertThat(shown(2)).containsExactly(heard);
    }

    private void chatMessage() {
        ChatPeer first = enter(0, ann, Role.MEMBER);
        ChatPeer second = enter(1, ben, Role.MEMBER);
        ChatPeer third = enter(2, ann, Role.MEMBER);
        String id = write(first, ben, "hello");
        for (ChatPeer each : List.of(second, third, first)) {
            assertThat(each.next("chat_message").getString("messageId")).isEqualTo(id);
        }
        JsonObject page = enter(2, ben, Role.MEMBER).ask(in(FrameType.HISTORY).put("recipientId", ann));
        assertThat(texts(page)).containsExactly("hello");
    }

    private void editMessage() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        String id = first.say(room, "helo", "1").getString("messageId");
        JsonObject ack =
                first.ask(inRoom(FrameType.EDIT_MESSAGE).put("messageId", id).put("content", "hello"));
        assertThat(second.next("message_edited").getLong("seq")).isEqualTo(ack.getLong("seq"));
        assertThat(shown(2)).extracting(each -> each.getString("content")).containsExactly("hello");
    }

    private void deleteMessage() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        String id = first.say(room, "secret", "1").getString("messageId");
        assertThat(second.ask(inRoom(FrameType.DELETE_MESSAGE).put("messageId", id))
                        .getString("reason"))
                .isEqualTo("forbidden");
        JsonObject ack = first.ask(inRoom(FrameType.DELETE_MESSAGE).put("messageId", id));
        assertThat(second.next("message_deleted").getLong("seq")).isEqualTo(ack.getLong("seq"));
        assertThat(shown(2)).extracting(each -> each.getString("type")).containsExactly("message_deleted");
    }

    /** These nodes have no events: {@code ClusterEventIT} has the others. */
    private void event() {
        JsonObject answer = joined(0, ann)
                .ask(inRoom(FrameType.EVENT).put("event", "poll.vote").put("data", 1));
        assertThat(answer.getString("reason")).isEqualTo("validation_failed");
    }

    private void typingIndicator() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        awaitPresent(2, Set.of(ann, ben));
        sendUntilHeard(first, inRoom(FrameType.TYPING_INDICATOR).put("isTyping", true), second, "typing_indicator");
        JsonObject typing = second.next("typing_indicator");
        assertThat(typing.getString("userId")).isEqualTo(ann);
        assertThat(typing.getBoolean("isTyping")).isTrue();
        first.cut();
        assertThat(second.next(frame -> Boolean.FALSE.equals(frame.getBoolean("isTyping")), "end with the connection")
                        .getString("userId"))
                .isEqualTo(ann);
    }

    private void read() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        long seq = second.say(room, "read this", "1").getLong("seq");
        first.next("chat");
        sendUntilHeard(first, inRoom(FrameType.READ).put("seq", seq), second, "read");
        JsonObject mark = second.next("read");
        assertThat(mark.getString("userId")).isEqualTo(ann);
        assertThat(mark.getLong("seq")).isEqualTo(seq);
    }

    private void history() {
        for (int node = 0; node < NODES.size(); node++) {
            joined(node, "user-" + node).say(room, "from " + node, "1");
        }
        List<JsonObject> page = shown(0);
        assertThat(page).extracting(each -> each.getString("content")).containsExactly("from 0", "from 1", "from 2");
        assertThat(shown(1)).isEqualTo(page);
        assertThat(shown(2)).isEqualTo(page);
    }

    private void presence() {
        joined(0, ann);
        joined(1, ben);
        joined(2, "cleo");
        for (int node = 0; node < NODES.size(); node++) {
            awaitPresent(node, Set.of(ann, ben, "cleo"));
        }
    }

    /** These nodes have no archive. Whether the user may read the room is decided before that. */
    private void search() {
        JsonObject search = inRoom(FrameType.SEARCH).put("query", "hi");
        assertThat(joined(1, ann).ask(search).getString("reason")).isEqualTo("unsupported");
        assertThat(enter(2, "stranger", Role.MEMBER).ask(search).getString("reason"))
                .isEqualTo("not_member");
    }

    private void removeUser() {
        ChatPeer first = joined(0, ann);
        ChatPeer second = joined(1, ben);
        ChatPeer moderator = enter(2, "mod", Role.MODERATOR, room);
        assertThat(moderator
                        .ask(inRoom(FrameType.REMOVE_USER).put("userId", ben))
                        .getString("type"))
                .isEqualTo("ack");
        assertThat(second.say(room, "still here", "1").getString("reason")).isEqualTo("not_member");
        assertThat(first.next("member_removed").getString("userId")).isEqualTo(ben);
        ChatPeer again = enter(0, ben, Role.MEMBER, room);
        for (FrameType type : List.of(FrameType.JOIN, FrameType.HISTORY)) {
            assertThat(again.ask(inRoom(type)).getString("reason")).isEqualTo("not_member");
        }
    }

    private void systemBroadcast() {
        List<ChatPeer> all = List.of(
                enter(0, "root", Role.ADMIN),
                enter(0, ann, Role.MEMBER),
                enter(1, ben, Role.MEMBER),
                enter(2, "c", Role.MEMBER));
        assertThat(all.get(0)
                        .ask(in(FrameType.SYSTEM_BROADCAST).put("content", "hear " + room))
                        .getString("type"))
                .isEqualTo("ack");
        all.forEach(each ->
                assertThat(each.next("notification").getString("content")).isEqualTo("hear " + room));
    }

    private void ack() {
        ChatPeer first = enter(0, ann, Role.MEMBER);
        ChatPeer second = enter(1, ben, Role.MEMBER);
        write(first, ben, "one");
        long seq = second.next("chat_message").getLong("seq");
        String done =
                new FrameAsker(second).outcome(FrameType.ACK, in(FrameType.ACK).put("inboxSeq", seq));
        assertThat(done).isEqualTo(FrameAsker.SILENT);
        second.cut();
        ChatPeer third = enter(2, ben, Role.MEMBER);
        write(first, ben, "two");
        assertThat(third.next("chat_message").getString("content"))
                .as("the first is delivered")
                .isEqualTo("two");
    }

    /** Two may be pending, wherever they were asked for. */
    private void fileUpload() {
        List<String> outcomes = new ArrayList<>();
        for (int node = 0; node < NODES.size(); node++) {
            JsonObject asked = inRoom(FrameType.FILE_UPLOAD)
                    .put("name", "a.txt")
                    .put("size", 10)
                    .put("mime", "text/plain");
            outcomes.add(FrameAsker.outcome(joined(node, ann).ask(asked)));
        }
        assertThat(outcomes.subList(0, 2)).containsOnly("upload_ticket");
        assertThat(outcomes.get(2)).isNotEqualTo("upload_ticket");
    }

    /** Nothing tells the sender of such a frame that a stage was late on a busy machine, which loses it. */
    private static void sendUntilHeard(ChatPeer from, JsonObject frame, ChatPeer to, String type) {
        assertThat(Await.until(() -> {
                    from.send(frame);
                    return Await.until(() -> to.hasHeard(type), Duration.ofSeconds(2));
                }))
                .isTrue();
    }

    /** A frame without a story changes nothing for others. */
    private void answers(ForkedNode node, FrameType type) {
        ChatPeer peer = enter(NODES.indexOf(node), ann, Role.MEMBER, room);
        JsonObject frame = new FrameSample(room, ben, ben, UUID.randomUUID().toString(), node.token(ann, room))
                .of(type)
                .put("id", UUID.randomUUID().toString());
        assertThat(peer.ask(frame).getString("type")).isNotIn("error", "rate_limited");
    }

    private ChatPeer joined(int node, String user) {
        ChatPeer peer = enter(node, user, Role.MEMBER, room);
        peer.join(room);
        return peer;
    }

    private ChatPeer enter(int node, String user, Role role, String... rooms) {
        ForkedNode at = NODES.get(node);
        ChatPeer peer = JdkPeer.admitted(at.ws(), at.token(user, role, Duration.ofMinutes(10), rooms));
        peer.next("auth_success");
        peers.add(peer);
        return peer;
    }

    private static String write(ChatPeer from, String to, String content) {
        return from.ask(in(FrameType.CHAT_MESSAGE).put("recipientId", to).put("content", content))
                .getString("messageId");
    }

    private static JsonObject in(FrameType type) {
        return new JsonObject()
                .put("type", type.id())
                .put("id", UUID.randomUUID().toString());
    }

    private JsonObject inRoom(FrameType type) {
        return in(type).put("roomId", room);
    }

    /** What a newcomer on this node is shown of the room. */
    private List<JsonObject> shown(int node) {
        return messages(enter(node, "reader", Role.MEMBER, room).ask(inRoom(FrameType.HISTORY)));
    }

    private void awaitPresent(int node, Set<String> users) {
        ChatPeer reader = enter(node, "reader", Role.MEMBER, room);
        assertThat(Await.until(() -> present(reader).equals(users)))
                .as("present are %s, not %s", users, present(reader))
                .isTrue();
    }

    private Set<String> present(ChatPeer reader) {
        return reader.ask(inRoom(FrameType.PRESENCE)).getJsonArray("users", new JsonArray()).stream()
                .map(each -> ((JsonObject) each).getString("userId"))
                .collect(Collectors.toSet());
    }

    private static List<JsonObject> messages(JsonObject page) {
        return page.getJsonArray("messages").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static Stream<String> texts(JsonObject page) {
        return messages(page).stream().map(each -> each.getString("content"));
    }
}
