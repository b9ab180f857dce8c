package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A refused frame is answered with one error that carries its id, and the connection stays open. */
class FrameAnswersIT {
    private static final String MESSAGE_ID = UUID.randomUUID().toString();

    private static TestNode node;

    private JdkPeer peer;

    @BeforeAll
    static void open() {
        node = TestNode.generous(
                "sessions.max=1000", "permissions={\"moderator\": [\"join\"], \"owner\": [], \"admin\": [\"chat\"]}");
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @BeforeEach
    void enter() {
        peer = node.enter("ann", "secret-1");
    }

    @AfterEach
    void part() {
        peer.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'type':'file_upload','roomId':'lobby','name':'a.png','size':1,'mime':'image/png'}"})
    void frame_of_a_type_that_is_not_implemented_is_unsupported(String frame) {
        peer.join("lobby");
        JsonObject error = ask(new JsonObject(frame.replace('\'', '"').replace("UUID", MESSAGE_ID)));
        assertError(error, Reason.UNSUPPORTED);
        assertAlive();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hello | invalid_json",
                "[] | invalid_json",
                "\"text\" | invalid_json",
                "{\"type\":\"ping\" | invalid_json",
                "{\"type\":\"ping\"} {} | invalid_json",
                "{\"type\":\"ping\",\"type\":\"ping\"} | invalid_json",
                "{\"type\":\"ping\",\"timestamp\":1e999} | invalid_json",
                "{\"type\":\"ping\",\"timestamp\":NaN} | invalid_json",
                "{\"type\":\"ping\",\"a\":[[[[[[[[[[]]]]]]]]]]} | invalid_json",
                "{\"type\":\"ping\",\"__proto__\":{}} | validation_failed",
                "{\"type\":\"ping\",\"a\":{\"constructor\":1}} | validation_failed",
                "{\"type\":\"nothing\",\"prototype\":1} | validation_failed",
                "{} | validation_failed",
                "{\"type\":7} | validation_failed",
                "{\"type\":\"ping\",\"more\":1} | validation_failed",
                "{\"type\":\"ping\",\"id\":\"no spaces\"} | validation_failed",
                "{\"type\":\"join\"} | validation_failed",
                "{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"\"} | validation_failed",
                "{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"\\ud800\"} | validation_failed",
                "{\"type\":\"nothing\"} | unknown_type",
                "{\"type\":\"auth_success\"} | unknown_type"
            })
    void malformed_frame_is_refused_with_its_reason(String frame, String reason) {
        peer.send(frame);
        JsonObject error = peer.next();
        assertError(error, Reason.valueOf(reason.toUpperCase(java.util.Locale.ROOT)));
        assertThat(error.containsKey("details")).isEqualTo(reason.equals("validation_failed"));
        assertAlive();
    }

    @Test
    void schema_violation_names_each_path_and_quotes_no_value() {
        peer.send("{\"type\":\"chat\",\"id\":\"c\",\"roomId\":\"../etc\",\"content\":7,\"userId\":\"admin\"}");
        JsonObject error = peer.next("error");
        assertThat(error.getString("id")).isEqualTo("c");
        assertThat(error.getJsonArray("details"))
                .extracting(detail -> ((JsonObject) detail).getString("path"))
                .containsExactlyInAnyOrder("/roomId", "/content", "/userId");
        error.remove("requestId"); // of chance: one of some thousands has "etc" in it
        assertThat(error.encode())
                .as("no value is quoted")
                .doesNotContain("etc")
                .doesNotContain("admin");
    }

    @Test
    void room_without_access_and_missing_room_give_the_same_answer() {
        JsonObject theirs = null;
        try (JdkPeer other = node.enter("ben", "secret-2")) {
            other.join("secret-2");
            other.chat("secret-2", "between us", "b");
            for (String room : List.of("secret-2", "nowhere")) {
                for (String frame : List.of(
                        "{\"type\":\"join\",\"roomId\":\"ROOM\"}",
                        "{\"type\":\"history\",\"roomId\":\"ROOM\"}",
                        "{\"type\":\"chat\",\"roomId\":\"ROOM\",\"content\":\"hi\"}")) {
                    JsonObject error = ask(new JsonObject(frame.replace("ROOM", room)));
                    assertError(error, Reason.NOT_MEMBER);
                    assertThat(error.fieldNames())
                            .containsAll(List.of("id", "type", "reason", "message", "requestId", "timestamp"));
                    JsonObject blind = error.copy();
                    List.of("requestId", "timestamp", "id", "roomId").forEach(blind::remove);
                    theirs = theirs == null ? blind : theirs;
                    assertThat(blind).isEqualTo(theirs);
                }
            }
        }
    }

    @Test
    void message_to_a_room_that_is_not_joined_is_refused_as_not_member() {
        assertError(ask(chat("secret-1")), Reason.NOT_MEMBER);
        peer.join("secret-1");
        assertThat(ask(chat("secret-1")).getString("type")).isEqualTo("ack");
        peer.send("{\"type\":\"leave\",\"roomId\":\"secret-1\"}");
        peer.next("left");
        assertError(ask(chat("secret-1")), Reason.NOT_MEMBER);
    }

    @Test
    void action_not_permitted_to_the_role_is_forbidden() {
        try (JdkPeer moderator = as(Role.MODERATOR)) {
            moderator.join("lobby");
            moderator.send(chat("lobby").put("id", "m"));
            JsonObject error = moderator.next("error");
            assertError(error, Reason.FORBIDDEN);
            assertThat(error.getString("id")).isEqualTo("m");
            for (String frame : List.of(
                    "{'type':'edit_message','roomId':'lobby','messageId':'UUID','content':'hi'}",
                    "{'type':'delete_message','roomId':'lobby','messageId':'UUID'}")) {
                moderator.send(frame.replace('\'', '"').replace("UUID", MESSAGE_ID));
                assertError(moderator.next("error"), Reason.FORBIDDEN);
            }
        }
        try (JdkPeer admin = as(Role.ADMIN)) {
            admin.send("{\"type\":\"join\",\"roomId\":\"lobby\",\"id\":\"j\"}");
            JsonObject error = admin.next("error");
            assertError(error, Reason.FORBIDDEN);
            assertThat(error.getString("roomId")).isEqualTo("lobby");
            admin.send("{\"type\":\"system_broadcast\",\"content\":\"hi\"}");
            assertError(admin.next("error"), Reason.FORBIDDEN);
        }
    }

    @Test
    void each_error_has_its_own_request_id() {
        peer.send("{\"type\":\"nothing\"}");
        peer.send("{\"type\":\"nothing\"}");
        assertThat(peer.next("error").getString("requestId"))
                .isNotEqualTo(peer.next("error").getString("requestId"));
    }

    private JdkPeer as(Role role) {
        JdkPeer other = JdkPeer.withToken(node.ws(), node.token(role.id(), role, Duration.ofMinutes(5)));
        other.next("auth_success");
        return other;
    }

    private static JsonObject chat(String room) {
        return new JsonObject().put("type", "chat").put("roomId", room).put("content", "hi");
    }

    /** Sends the frame and returns the answer with its id. */
    private JsonObject ask(JsonObject frame) {
        String id = UUID.randomUUID().toString();
        peer.send(frame.put("id", id));
        return peer.next(answer -> id.equals(answer.getString("id")), "answer to " + frame);
    }

    private static void assertError(JsonObject error, Reason reason) {
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("reason")).isEqualTo(reason.id());
        assertThat(error.getString("message")).isEqualTo(reason.sentence());
        assertThat(error.getString("requestId")).isNotBlank();
        assertThat(error.getLong("timestamp"))
                .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis());
    }

    private void assertAlive() {
        peer.send("{\"type\":\"ping\",\"id\":\"alive\"}");
        peer.next(frame -> "alive".equals(frame.getString("id")), "pong");
    }
}
