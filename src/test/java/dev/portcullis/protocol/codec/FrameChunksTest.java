package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target.ToRoom;
import dev.portcullis.protocol.Target.ToUser;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame.Ack;
import dev.portcullis.protocol.codec.ServerFrame.AuthFailure;
import dev.portcullis.protocol.codec.ServerFrame.AuthSuccess;
import dev.portcullis.protocol.codec.ServerFrame.Gap;
import dev.portcullis.protocol.codec.ServerFrame.Health;
import dev.portcullis.protocol.codec.ServerFrame.History;
import dev.portcullis.protocol.codec.ServerFrame.Joined;
import dev.portcullis.protocol.codec.ServerFrame.Left;
import dev.portcullis.protocol.codec.ServerFrame.Limits;
import dev.portcullis.protocol.codec.ServerFrame.Membership;
import dev.portcullis.protocol.codec.ServerFrame.Pong;
import dev.portcullis.protocol.codec.ServerFrame.Presence;
import dev.portcullis.protocol.codec.ServerFrame.PresenceChange;
import dev.portcullis.protocol.codec.ServerFrame.PresenceChanged;
import dev.portcullis.protocol.codec.ServerFrame.PresentUser;
import dev.portcullis.protocol.codec.ServerFrame.RateLimited;
import dev.portcullis.protocol.codec.ServerFrame.Read;
import dev.portcullis.protocol.codec.ServerFrame.Refused;
import dev.portcullis.protocol.codec.ServerFrame.ServerDraining;
import dev.portcullis.protocol.codec.ServerFrame.Typing;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.GapEntry;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FrameChunksTest {
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final UserId ADA = new UserId("ada");
    private static final Position AT = new Position("e-1", 42);
    private static final String UUID = "018f3c2e-7b1a-7c3d-9e4f-0123456789ab";
    private static final Optional<String> ID = Optional.of("k1");
    private static final Optional<String> NONE = Optional.empty();

    private final SchemaOracle oracle = new SchemaOracle();

    @Test
    void auth_success_is_encoded_with_all_fields() {
        ServerFrame frame = new AuthSuccess(
                ID,
                ADA,
                "s1",
                Role.MODERATOR,
                Optional.of("csrf"),
                1_700_000_000_000L,
                1_699_999_000_000L,
                30_000,
                new Limits(10, 60, 1_000, 65_536, 86_400_000, new TreeMap<>(Map.of("join", 200, "history", 20))),
                new Position("e", 9),
                Optional.of(new Gap(new Position("e", 7), 3)));

        assertEncoded(frame, "auth_success", """
                {"type":"auth_success","id":"k1","userId":"ada","sessionId":"s1","role":"moderator","csrfToken":"csrf",\
                "expiresAt":1700000000000,"serverTime":1699999000000,"heartbeatMs":30000,\
                "limits":{"burst":10,"minute":60,"hour":1000,"frameBytes":65536,"expiresInMs":86400000,\
                "actions":{"history":20,"join":200}},\
                "inbox":{"epoch":"e","seq":9,"gap":{"epoch":"e","seq":7,"count":3}}}""");
    }

    @Test
    void absent_field_is_left_out_and_not_null() {
        ServerFrame frame = new AuthSuccess(
                NONE,
                ADA,
                "s1",
                Role.MEMBER,
                NONE,
                1,
                3,
                2,
                new Limits(1, 2, 3, 4, 0, new TreeMap<>()),
                AT,
                Optional.empty());
        assertThat(text(frame)).doesNotContain("null", "csrfToken", "\"id\"", "gap");
        assertEncoded(new Left(NONE, LOBBY), "left", "{\"type\":\"left\",\"roomId\":\"lobby\"}");
        assertEncoded(new Pong(NONE, 5), "pong", "{\"type\":\"pong\",\"timestamp\":5}");
    }

    @Test
    void auth_failure_carries_the_id_of_its_reason() {
        assertEncoded(
                new AuthFailure(ID, AuthRefusal.EXPIRED_TOKEN),
                "auth_failure",
                "{\"type\":\"auth_failure\",\"id\":\"k1\",\"reason\":\"expired_token\"}");
        for (AuthRefusal refusal : AuthRefusal.values()) {
            assertValid(new AuthFailure(NONE, refusal), "auth_failure");
        }
    }

    @Test
    void gap_is_encoded_like_the_one_that_stands_in_an_inbox() {
        assertEncoded(
                new Gap(new Position("e", 7), 3), "gap", "{\"type\":\"gap\",\"epoch\":\"e\",\"seq\":7,\"count\":3}");
        StreamEntry entry = new StreamEntry(StreamName.inbox(ADA), new Position("e", 7), 0, GapEntry.body());
        assertThat(oracle.violations("gap", new JsonObject(Buffer.buffer(EntryFrame.frame(entry)))))
                .isEmpty();
    }

    @Test
    void messages_are_copied_as_they_were_encoded() {
        byte[] one = "{\"epoch\":\"e-1\",\"seq\":41,\"type\":\"chat\"}".getBytes(UTF_8);
        byte[] two = "{\"epoch\":\"e-1\",\"seq\":42,\"type\":\"chat\",\"content\":\"ü\"}".getBytes(UTF_8);

        assertEncoded(
                new Joined(
                        ID,
                        LOBBY,
                        AT,
                        true,
                        JsonMessages.of(List.of(one, two)),
                        false,
                        Optional.empty(),
                        OptionalLong.of(7)),
                "joined",
                """
                {"type":"joined","id":"k1","roomId":"lobby","epoch":"e-1","seq":42,"recovered":true,"messages":[\
                {"epoch":"e-1","seq":41,"type":"chat"},{"epoch":"e-1","seq":42,"type":"chat","content":"ü"}],\
                "more":false,"readSeq":7}""");
        assertEncoded(
                new History(ID, new ToUser(ADA), "e-1", JsonMessages.of(List.of(two)), true, true),
                "server/history",
                """
                {"type":"history","id":"k1","recipientId":"ada","epoch":"e-1","messages":[\
                {"epoch":"e-1","seq":42,"type":"chat","content":"ü"}],"more":true,"gap":true}""");
        assertEncoded(
                new History(NONE, new ToRoom(LOBBY), "e-1", JsonMessages.NONE, false, false),
                "server/history",
                "{\"type\":\"history\",\"roomId\":\"lobby\",\"epoch\":\"e-1\",\"messages\":[],\"more\":false}");
    }

    @Test
    void presence_typing_and_read_marks_are_encoded() {
        assertEncoded(
                new Joined(
                        NONE,
                        LOBBY,
                        AT,
                        false,
                        JsonMessages.NONE,
                        false,
                        Optional.of(List.of(new PresentUser(ADA, 2))),
                        OptionalLong.empty()),
                "joined",
                "{\"type\":\"joined\",\"roomId\":\"lobby\",\"epoch\":\"e-1\",\"seq\":42,\"recovered\":false,"
                        + "\"messages\":[],\"more\":false,\"members\":[{\"userId\":\"ada\",\"sessions\":2}]}");
        assertEncoded(
                new Presence(ID, LOBBY, 7, 3, List.of(new PresentUser(ADA, 1)), true),
                "server/presence",
                "{\"type\":\"presence\",\"id\":\"k1\",\"roomId\":\"lobby\",\"version\":7,\"count\":3,"
                        + "\"users\":[{\"userId\":\"ada\",\"sessions\":1}],\"more\":true}");
        assertEncoded(
                new PresenceChange(LOBBY, 8, List.of(new PresenceChanged(ADA, false))),
                "presence_change",
                "{\"type\":\"presence_change\",\"roomId\":\"lobby\",\"version\":8,"
                        + "\"changes\":[{\"userId\":\"ada\",\"online\":false}]}");
        assertEncoded(
                new Typing(new ToRoom(LOBBY), ADA, true),
                "server/typing_indicator",
                "{\"type\":\"typing_indicator\",\"roomId\":\"lobby\",\"userId\":\"ada\",\"isTyping\":true}");
        assertEncoded(
                new Membership(LOBBY, Optional.empty(), "Tea", Optional.of(ADA), Optional.empty()),
                "membership",
                "{\"type\":\"membership\",\"roomId\":\"lobby\",\"role\":null,\"name\":\"Tea\",\"byUserId\":\"ada\"}");
        assertEncoded(
                new Membership(LOBBY, Optional.of("owner"), "Tea", Optional.empty(), Optional.empty()),
                "membership",
                "{\"type\":\"membership\",\"roomId\":\"lobby\",\"role\":\"owner\",\"name\":\"Tea\"}");
        assertEncoded(
                new Membership(LOBBY, Optional.empty(), "Tea", Optional.of(ADA), Optional.of("owner")),
                "membership",
                "{\"type\":\"membership\",\"roomId\":\"lobby\",\"role\":null,\"invited\":\"owner\",\"name\":\"Tea\","
                        + "\"byUserId\":\"ada\"}");
        assertEncoded(
                new Read(LOBBY, ADA, 5),
                "server/read",
                "{\"type\":\"read\",\"roomId\":\"lobby\",\"userId\":\"ada\",\"seq\":5}");
    }

    @Test
    void ack_names_the_room_or_the_recipient_or_neither() {
        assertEncoded(
                new Ack(ID, Optional.empty(), UUID, AT),
                "server/ack",
                "{\"type\":\"ack\",\"id\":\"k1\",\"messageId\":\"" + UUID + "\",\"epoch\":\"e-1\",\"seq\":42}");
        assertEncoded(
                new Ack(ID, new ToRoom(LOBBY), UUID, AT),
                "server/ack",
                "{\"type\":\"ack\",\"id\":\"k1\",\"roomId\":\"lobby\",\"messageId\":\"" + UUID
                        + "\",\"epoch\":\"e-1\",\"seq\":42}");
        assertEncoded(
                new Ack(ID, new ToUser(ADA), UUID, AT),
                "server/ack",
                "{\"type\":\"ack\",\"id\":\"k1\",\"recipientId\":\"ada\",\"messageId\":\"" + UUID
                        + "\",\"epoch\":\"e-1\",\"seq\":42}");
    }

    @Test
    void health_check_rate_limit_and_draining_are_encoded() {
        assertEncoded(
                new Health(ID, "ok", 7, 5),
                "server/health-check",
                "{\"type\":\"health-check\",\"id\":\"k1\",\"status\":\"ok\",\"sessionExpiresAt\":7,\"serverTime\":5}");
        assertEncoded(
                new RateLimited(
                        ID, new Rejection.Limited(Rejection.Scope.IP, Rejection.Window.BYTES, 1_500, Optional.empty())),
                "rate_limited",
                "{\"type\":\"rate_limited\",\"id\":\"k1\",\"scope\":\"ip\",\"window\":\"bytes\","
                        + "\"retryAfter\":1500,\"remaining\":0}");
        assertEncoded(
                new ServerDraining(9_000), "server_draining", "{\"type\":\"server_draining\",\"reconnectInMs\":9000}");
    }

    @Test
    void error_carries_the_fixed_sentence_of_its_reason() {
        assertEncoded(
                new Refused(ID, Optional.of("lobby"), new Rejection.Failed(Reason.NOT_MEMBER, List.of()), "r-1", 5),
                "error",
                "{\"type\":\"error\",\"id\":\"k1\",\"roomId\":\"lobby\",\"reason\":\"not_member\","
                        + "\"message\":\"You are not in this room, or may not enter it.\",\"requestId\":\"r-1\",\"timestamp\":5}");
        for (Reason reason : Reason.values()) {
            assertValid(new Refused(NONE, NONE, new Rejection.Failed(reason, List.of()), "r", 1), "error");
        }
    }

    @Test
    void special_characters_in_details_are_escaped() {
        List<Violation> details = List.of(new Violation("/a\"\\\n\u0001</script>", "additionalProperties"));
        ServerFrame frame = new Refused(NONE, NONE, new Rejection.Failed(Reason.VALIDATION_FAILED, details), "r-1", 5);

        assertThat(text(frame))
                .endsWith(
                        "\"details\":[{\"path\":\"/a\\\"\\\\\\n\\u0001</script>\",\"rule\":\"additionalProperties\"}]}");
        assertValid(frame, "error");
    }

    private void assertEncoded(ServerFrame frame, String schema, String expected) {
        assertThat(text(frame)).isEqualTo(expected);
        assertValid(frame, schema);
    }

    private void assertValid(ServerFrame frame, String schema) {
        assertThat(oracle.violations(schema, new JsonObject(text(frame)))).isEmpty();
    }

    private static String text(ServerFrame frame) {
        return new String(FrameChunks.encode(frame), UTF_8);
    }
}
