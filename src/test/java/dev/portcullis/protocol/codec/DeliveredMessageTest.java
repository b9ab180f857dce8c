package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.Target.ToRoom;
import dev.portcullis.protocol.Target.ToUser;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage.Link;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveredMessageTest {
    private static final String UUID = "018f3c2e-7b1a-7c3d-9e4f-0123456789ab";
    private static final String POSITION = "{\"epoch\":\"e\",\"seq\":1,";

    private final SchemaOracle oracle = new SchemaOracle();

    @Test
    void room_message_without_options_has_empty_lists_and_no_optional_field() {
        DeliveredMessage message = plain(new ToRoom(new RoomId("lobby")), "hi");

        assertThat(new String(message.body(), UTF_8))
                .isEqualTo("\"type\":\"chat\",\"roomId\":\"lobby\",\"messageId\":\"" + UUID
                        + "\",\"userId\":\"ada\",\"content\":\"hi\",\"mentions\":[],\"hashtags\":[],\"links\":[],"
                        + "\"timestamp\":5}");
        assertThat(oracle.violations("server/chat", withPosition(message))).isEmpty();
    }

    @Test
    void direct_message_with_all_fields_is_encoded_in_the_documented_order() {
        DeliveredMessage message = new DeliveredMessage(
                new ToUser(new UserId("bob")),
                UUID,
                new UserId("ada"),
                Optional.of("Ada"),
                "a &lt; b",
                Optional.of("a < b"),
                List.of("bob", "eve"),
                List.of("maths"),
                List.of(new Link("https://a.example", true), new Link("ftp://b.example", false)),
                Optional.of(UUID),
                List.of(new Attachment("image", "https://a.example/x.png", "x.png")),
                5,
                Optional.of(60_000L));

        assertThat(new String(message.body(), UTF_8)).isEqualTo("""
                        "type":"chat_message","recipientId":"bob","messageId":"%s","userId":"ada",\
                        "expiresInMs":60000,"username":"Ada",\
                        "content":"a &lt; b","text":"a < b","mentions":["bob","eve"],"hashtags":["maths"],\
                        "links":[{"url":"https://a.example","safe":true},{"url":"ftp://b.example","safe":false}],\
                        "replyTo":"%s",\
                        "attachments":[{"type":"image","url":"https://a.example/x.png","name":"x.png"}],"timestamp":5}""".formatted(UUID, UUID));
        assertThat(oracle.violations("server/chat_message", withPosition(message)))
                .isEmpty();
    }

    @Test
    void id_is_found_in_each_body_that_has_one() {
        UserId ada = new UserId("ada");
        for (Target target : List.of(new ToRoom(new RoomId("lobby")), new ToUser(new UserId("bob")))) {
            DeliveredMessage message = plain(target, "\"messageId\":\"other\"");
            byte[] event =
                    new DeliveredEvent(target, ada, "moved", "{\"messageId\":\"other\"}".getBytes(UTF_8), 5).body(UUID);
            for (byte[] body : List.of(
                    message.body(),
                    message.editedBody(),
                    DeliveredMessage.deletedBody(target, UUID, ada, 5),
                    DeliveredMessage.expiredBody(target, UUID, ada, 5),
                    event)) {
                assertThat(DeliveredMessage.messageId(body)).contains(UUID);
            }
        }
        assertThat(DeliveredMessage.messageId(DeliveredMessage.notificationBody("info", "\"messageId\":\"x\"", 5)))
                .isEmpty();
        assertThat(DeliveredMessage.messageId(
                        "\"type\":\"join\",\"roomId\":\"lobby\",\"userId\":\"ada\"}".getBytes(UTF_8)))
                .isEmpty();
    }

    @Test
    void edit_has_what_an_edit_may_change_and_a_deletion_no_text() {
        for (Target target : List.of(new ToRoom(new RoomId("lobby")), new ToUser(new UserId("bob")))) {
            JsonObject edited =
                    new JsonObject(POSITION + new String(plain(target, "hi").editedBody(), UTF_8));
            assertThat(edited.getString("type")).isEqualTo("message_edited");
            assertThat(edited.getString("content")).isEqualTo("hi");
            assertThat(oracle.violations("message_edited", edited)).isEmpty();
            byte[] body = DeliveredMessage.deletedBody(target, UUID, new UserId("ada"), 5);
            JsonObject deleted = new JsonObject(POSITION + new String(body, UTF_8));
            assertThat(deleted.getString("type")).isEqualTo("message_deleted");
            assertThat(oracle.violations("message_deleted", deleted)).isEmpty();
        }
    }

    @Test
    void deletion_of_an_expired_message_says_why_and_names_its_author() {
        for (Target target : List.of(new ToRoom(new RoomId("lobby")), new ToUser(new UserId("bob")))) {
            byte[] body = DeliveredMessage.expiredBody(target, UUID, new UserId("ada"), 5);
            JsonObject expired = new JsonObject(POSITION + new String(body, UTF_8));
            assertThat(expired.getString("reason")).isEqualTo("expired");
            assertThat(expired.getString("userId")).isEqualTo("ada");
            assertThat(DeliveredMessage.isDeletion(body)).isTrue();
            assertThat(oracle.violations("message_deleted", expired)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hi", "\",\"expiresInMs\":1", "{\"type\":\"chat\"}"})
    void end_of_a_message_is_read_from_its_own_field_and_not_from_its_text(String content) {
        for (Target target : List.of(new ToRoom(new RoomId("lobby")), new ToUser(new UserId("bob")))) {
            assertThat(DeliveredMessage.expiresInMs(plain(target, content).body()))
                    .isEmpty();
            DeliveredMessage ending = ending(target, content, Optional.of(60_000L));
            assertThat(DeliveredMessage.expiresInMs(ending.body())).contains(60_000L);
            assertThat(DeliveredMessage.withoutText(new String(ending.body(), UTF_8)))
                    .startsWith("\"type\":")
                    .contains("\"messageId\":\"" + UUID + "\"")
                    .endsWith(",\"reason\":\"expired\"}")
                    .doesNotContain("content");
        }
    }

    @Test
    void notification_has_a_level_and_a_text() {
        String body = new String(DeliveredMessage.notificationBody("info", "hi", 5), UTF_8);
        assertThat(body).isEqualTo("\"type\":\"notification\",\"level\":\"info\",\"content\":\"hi\",\"timestamp\":5}");
        assertThat(oracle.violations("notification", new JsonObject("{" + body)))
                .isEmpty();
    }

    @Test
    void any_text_is_decoded_as_it_was_encoded() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                int[] ends = {0x20, 0x80, 0x100, 0x800, 0xd800, 0x110000};
                int codePoint = random.nextInt(ends[random.nextInt(ends.length)]);
                boolean unpaired = codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
                text.appendCodePoint(unpaired ? 'x' : codePoint);
            }
            DeliveredMessage message = plain(new ToRoom(new RoomId("lobby")), text.toString());
            assertThat(withPosition(message).getString("content"))
                    .as("seed %d", seed)
                    .isEqualTo(text.toString());
        }
    }

    /** RFC 3629, 3: a receiver of an unpaired surrogate would have to close with 1007. */
    @Test
    void unpaired_surrogate_becomes_a_replacement_character() {
        DeliveredMessage message = plain(new ToRoom(new RoomId("lobby")), "a\ud83db");
        assertThat(withPosition(message).getString("content")).isEqualTo("a\ufffdb");
    }

    private static DeliveredMessage plain(Target target, String content) {
        return ending(target, content, Optional.empty());
    }

    private static DeliveredMessage ending(Target target, String content, Optional<Long> expiresInMs) {
        return new DeliveredMessage(
                target,
                UUID,
                new UserId("ada"),
                Optional.empty(),
                content,
                Optional.empty(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                List.of(),
                5,
                expiresInMs);
    }

    private static JsonObject withPosition(DeliveredMessage message) {
        return new JsonObject(POSITION + new String(message.body(), UTF_8));
    }
}
