package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.ClientFrame.Envelope;
import dev.portcullis.protocol.ClientFrame.RoomJoin;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target.ToRoom;
import dev.portcullis.protocol.Target.ToUser;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static Envelope envelope(FrameType type) {
        return new Envelope(type, Optional.empty(), Optional.empty());
    }

    private static final RoomId LOBBY = new RoomId("lobby");
    private static final UserId ADA = new UserId("ada");
    private static final String UUID = "018f3c2e-7b1a-7c3d-9e4f-0123456789aB";

    @Test
    void chat_with_all_fields_is_decoded_completely() {
        ClientFrame frame = frame("""
                {"type":"chat","id":"k_1-Z","csrfToken":"c","timestamp":1.5e3,"roomId":"lobby","content":"Grüße 👋",
                 "replyTo":"%s","attachments":[{"type":"image","url":"https://a.example/x?y=1#z","name":"x.png"}],
                 "expiresInMs":1000}""".formatted(UUID));

        assertThat(frame)
                .isEqualTo(new ClientFrame.Chat(
                        new Envelope(FrameType.CHAT, Optional.of("k_1-Z"), Optional.of("c")),
                        LOBBY,
                        "Grüße 👋",
                        Optional.of(UUID),
                        List.of(new Attachment("image", "https://a.example/x?y=1#z", "x.png")),
                        Optional.of(1_000L)));
    }

    @Test
    void fields_in_another_order_are_decoded() {
        assertThat(frame("{\"content\":\"hi\",\"roomId\":\"lobby\",\"type\":\"chat\"}"))
                .isEqualTo(new ClientFrame.Chat(
                        envelope(FrameType.CHAT), LOBBY, "hi", Optional.empty(), List.of(), Optional.empty()));
    }

    @Test
    void frame_of_each_type_becomes_its_record() {
        Position at = new Position("e-1", 7);
        assertThat(frame("{\"type\":\"auth\",\"token\":\"t\",\"resume\":{\"inbox\":{\"epoch\":\"e-1\",\"seq\":7}}}"))
                .isEqualTo(new ClientFrame.Auth(envelope(FrameType.AUTH), "t", Optional.of(at)));
        assertThat(frame("{\"type\":\"token_refresh\",\"token\":\"t\"}"))
                .isEqualTo(new ClientFrame.TokenRefresh(envelope(FrameType.TOKEN_REFRESH), "t"));
        assertThat(frame("{\"type\":\"leave\",\"roomId\":\"lobby\"}"))
                .isEqualTo(new ClientFrame.Leave(envelope(FrameType.LEAVE), LOBBY));
        assertThat(
                        frame(
                                "{\"type\":\"chat_message\",\"recipientId\":\"ada\",\"content\":\"hi\",\"expiresInMs\":2592000000}"))
                .isEqualTo(new ClientFrame.ChatMessage(
                        envelope(FrameType.CHAT_MESSAGE),
                        ADA,
                        "hi",
                        Optional.empty(),
                        List.of(),
                        Optional.of(2_592_000_000L)));
        assertThat(frame("{\"type\":\"edit_message\",\"roomId\":\"lobby\",\"messageId\":\"" + UUID
                        + "\",\"content\":\"hi\"}"))
                .isEqualTo(
                        new ClientFrame.EditMessage(envelope(FrameType.EDIT_MESSAGE), new ToRoom(LOBBY), UUID, "hi"));
        assertThat(frame("{\"type\":\"delete_message\",\"recipientId\":\"ada\",\"messageId\":\"" + UUID + "\"}"))
                .isEqualTo(new ClientFrame.DeleteMessage(envelope(FrameType.DELETE_MESSAGE), new ToUser(ADA), UUID));
        assertThat(frame("{\"type\":\"typing_indicator\",\"roomId\":\"lobby\",\"isTyping\":true}"))
                .isEqualTo(
                        new ClientFrame.TypingIndicator(envelope(FrameType.TYPING_INDICATOR), new ToRoom(LOBBY), true));
        assertThat(frame("{\"type\":\"read\",\"roomId\":\"lobby\",\"seq\":9007199254740991}"))
                .isEqualTo(new ClientFrame.Read(envelope(FrameType.READ), LOBBY, 9_007_199_254_740_991L));
        assertThat(frame("{\"type\":\"remove_user\",\"roomId\":\"lobby\",\"userId\":\"ada\",\"reason\":\"\"}"))
                .isEqualTo(new ClientFrame.RemoveUser(envelope(FrameType.REMOVE_USER), LOBBY, ADA, Optional.of("")));
        assertThat(frame("{\"type\":\"system_broadcast\",\"content\":\"hi\"}"))
                .isEqualTo(new ClientFrame.SystemBroadcast(envelope(FrameType.SYSTEM_BROADCAST), "hi"));
        assertThat(frame("{\"type\":\"ack\",\"inboxSeq\":0}"))
                .isEqualTo(new ClientFrame.InboxAck(envelope(FrameType.ACK), 0));
        assertThat(frame("{\"type\":\"file_upload\",\"roomId\":\"lobby\",\"name\":\"a.png\",\"size\":1,"
                        + "\"mime\":\"image/png\"}"))
                .isEqualTo(new ClientFrame.FileUpload(
                        envelope(FrameType.FILE_UPLOAD), new ToRoom(LOBBY), "a.png", 1, "image/png"));
        assertThat(frame("{\"type\":\"ping\"}")).isEqualTo(new ClientFrame.Ping(envelope(FrameType.PING)));
        assertThat(frame("{\"type\":\"health-check\"}"))
                .isEqualTo(new ClientFrame.HealthCheck(envelope(FrameType.HEALTH_CHECK)));
    }

    @Test
    void join_of_one_room_or_of_a_list_is_decoded() {
        RoomJoin plain = new RoomJoin(LOBBY, Optional.empty(), false, 0);
        RoomJoin resuming = new RoomJoin(new RoomId("b"), Optional.of(new Position("e", 3)), true, 50);

        assertThat(frame("{\"type\":\"join\",\"roomId\":\"lobby\"}"))
                .isEqualTo(new ClientFrame.Join(envelope(FrameType.JOIN), List.of(plain)));
        assertThat(frame("{\"type\":\"join\",\"rooms\":[{\"roomId\":\"lobby\"},"
                        + "{\"roomId\":\"b\",\"since\":{\"epoch\":\"e\",\"seq\":3},\"presence\":true,\"tail\":50}]}"))
                .isEqualTo(new ClientFrame.Join(envelope(FrameType.JOIN), List.of(plain, resuming)));
    }

    @Test
    void absent_limit_is_50_messages_or_200_users() {
        assertThat(frame("{\"type\":\"history\",\"roomId\":\"lobby\",\"before\":5}"))
                .isEqualTo(new ClientFrame.History(
                        envelope(FrameType.HISTORY), new ToRoom(LOBBY), Optional.of(5L), Optional.empty(), 50));
        assertThat(frame("{\"type\":\"presence\",\"roomId\":\"lobby\",\"after\":\"ada\"}"))
                .isEqualTo(new ClientFrame.Presence(envelope(FrameType.PRESENCE), LOBBY, Optional.of(ADA), 200));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "\"ping\"",
                "null",
                "{",
                "{\"type\":\"ping\"",
                "{\"type\":\"ping\",}",
                "{\"type\":\"ping\"}{}",
                "{\"type\":\"ping\"} x",
                "{'type':'ping'}",
                "{type:\"ping\"}",
                "{\"type\":\"ping\"/* */}",
                "{\"type\":\"ping\",\"id\":\"a\",\"id\":\"a\"}",
                "{\"type\":\"ping\",\"x\":{\"a\":1,\"\\u0061\":2}}",
                "{\"type\":\"ping\",\"timestamp\":1e400}",
                "{\"type\":\"ping\",\"timestamp\":-1e400}",
                "{\"type\":\"ping\",\"x\":[{\"y\":1e999}]}",
                "{\"type\":\"ping\",\"timestamp\":NaN}",
                "{\"type\":\"ping\",\"timestamp\":Infinity}",
                "{\"type\":\"ping\",\"timestamp\":01}",
                "{\"type\":\"ping\",\"id\":\"a\tb\"}",
                "{\"type\":\"ping\",\"x\":[[[[[[[[[[]]]]]]]]]]}",
                "\uFEFF{\"type\":\"ping\"}",
            })
    void text_that_is_not_one_strict_json_object_is_invalid_json(String text) {
        assertThat(reason(text)).isEqualTo(Reason.INVALID_JSON);
    }

    @Test
    void integer_of_400_digits_is_invalid_json_and_one_of_40_is_not() {
        assertThat(reason("{\"type\":\"ping\",\"timestamp\":" + "9".repeat(400) + "}"))
                .isEqualTo(Reason.INVALID_JSON);
        assertThat(frame("{\"type\":\"ping\",\"timestamp\":" + "9".repeat(40) + "}"))
                .isInstanceOf(ClientFrame.Ping.class);
    }

    @Test
    void number_of_more_than_400_characters_is_invalid_json_in_any_field() {
        String long401 = "1." + "0".repeat(399);
        assertThat(frame("{\"type\":\"ping\",\"timestamp\":1." + "0".repeat(398) + "}"))
                .isInstanceOf(ClientFrame.Ping.class);
        assertThat(reason("{\"type\":\"ping\",\"timestamp\":" + long401 + "}")).isEqualTo(Reason.INVALID_JSON);
        assertThat(reason("{\"type\":\"ping\",\"x\":[" + long401 + "]}")).isEqualTo(Reason.INVALID_JSON);
        assertThat(reason("{\"type\":\"ping\",\"timestamp\":1e-1000}")).isEqualTo(Reason.INVALID_JSON);
    }

    /** RFC 8259, 8.1: with NULs between, the same bytes are valid UTF-8 to the socket and UTF-16 to a guessing parser. */
    @Test
    void utf_16_is_invalid_json() {
        assertThat(malformed("{\"type\":\"ping\"}".getBytes(UTF_16BE)).why())
                .isEqualTo(Rejection.of(Reason.INVALID_JSON));
    }

    @Test
    void frame_of_ten_levels_is_valid_json() {
        assertThat(details("{\"type\":\"ping\",\"x\":[[[[[[[[[]]]]]]]]]}"))
                .containsExactly(new Violation("/x", "additionalProperties"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"__proto__\":1}                                    | /__proto__",
                "{\"type\":\"chat\",\"constructor\":{}}               | /constructor",
                "{\"type\":\"nope\",\"x\":[0,{\"prototype\":1}]}      | /x/1/prototype",
                "{\"type\":\"chat\",\"roomId\":{\"__proto__\":1}}     | /roomId/__proto__",
                "{\"type\":\"chat\",\"a/b~\":{\"\\u005f_proto__\":1}} | /a~1b~0/__proto__",
                "{\"type\":\"join\",\"since\":{\"__proto__\":{}}}     | /since/__proto__",
            })
    void prototype_key_at_any_depth_takes_precedence_over_type_and_schema(String text, String path) {
        assertThat(details(text)).containsExactly(new Violation(path, "propertyNames"));
    }

    @Test
    void invalid_json_takes_precedence_over_a_prototype_key() {
        assertThat(reason("{\"__proto__\":1,\"timestamp\":1e400}")).isEqualTo(Reason.INVALID_JSON);
    }

    @Test
    void type_that_is_missing_or_no_string_or_unknown_is_refused() {
        assertThat(details("{\"zzz\":1}")).containsExactly(new Violation("/type", "required"));
        assertThat(details("{\"type\":null,\"zzz\":1}")).containsExactly(new Violation("/type", "type"));
        assertThat(details("{\"type\":{}}")).containsExactly(new Violation("/type", "type"));
        assertThat(reason("{\"type\":\"CHAT\",\"zzz\":\"\\ud800\"}")).isEqualTo(Reason.UNKNOWN_TYPE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'chat','roomId':'lobby'}                              | /content | required",
                "{'type':'chat','roomId':'lobby','content':''}                 | /content | minLength",
                "{'type':'chat','roomId':'lobby','content':7}                  | /content | type",
                "{'type':'chat','roomId':'lobby','content':null}               | /content | type",
                "{'type':'chat','roomId':'lobby','content':'\\ud83d'}          | /content | pattern",
                "{'type':'chat','roomId':'lobby','content':'\\udc4b\\ud83d'}   | /content | pattern",
                "{'type':'chat','roomId':'-a','content':'x'}                   | /roomId | pattern",
                "{'type':'chat','roomId':['lobby'],'content':'x'}              | /roomId | type",
                "{'type':'chat','roomId':'a','content':'x','id':'a b'}         | /id | pattern",
                "{'type':'chat','roomId':'a','content':'x','replyTo':'1'}      | /replyTo | pattern",
                "{'type':'chat','roomId':'a','content':'x','userId':'eve'}     | /userId | additionalProperties",
                "{'type':'chat','roomId':'a','content':'x','b~/':1}            | /b~0~1 | additionalProperties",
                "{'type':'chat','roomId':'a','content':'x','timestamp':'1'}    | /timestamp | type",
                "{'type':'chat','roomId':'a','content':'x','attachments':{}}   | /attachments | type",
                "{'type':'chat','roomId':'a','content':'x','attachments':[1]}  | /attachments/0 | type",
                "{'type':'chat','roomId':'a','content':'x','attachments':[{'type':'exe','url':'https://a','name':'n'}]}"
                        + " | /attachments/0/type | enum",
                "{'type':'chat','roomId':'a','content':'x','attachments':[{'type':'file','url':'http://a','name':'n'}]}"
                        + " | /attachments/0/url | pattern",
                "{'type':'join','roomId':'a','since':{'epoch':'e'}}            | /since/seq | required",
                "{'type':'join','roomId':'a','since':{'epoch':'e','seq':0,'x':1}} | /since/x | additionalProperties",
                "{'type':'join'}                                               | '' | oneOf",
                "{'type':'join','roomId':'a','rooms':[{'roomId':'a'}]}         | '' | oneOf",
                "{'type':'join','rooms':[{'roomId':'a'}],'presence':true}      | '' | dependentRequired",
                "{'type':'join','rooms':[]}                                    | /rooms | minItems",
                "{'type':'join','rooms':[{'roomId':'a'},{'roomId':'b'},{'roomId':'a'}]} | /rooms | uniqueItems",
                "{'type':'join','rooms':[{'roomId':'a'},{'roomId':'a','since':{'epoch':'e','seq':0}}]}"
                        + " | /rooms | uniqueItems",
                "{'type':'history','roomId':'a','before':1,'after':1}          | '' | not",
                "{'type':'history','roomId':'a','limit':101}                   | /limit | maximum",
                "{'type':'history','roomId':'a','limit':0}                     | /limit | minimum",
                "{'type':'read','roomId':'a','seq':1.5}                        | /seq | type",
                "{'type':'read','roomId':'a','seq':9007199254740992}           | /seq | maximum",
                "{'type':'read','roomId':'a','seq':123456789012345678901234567890} | /seq | maximum",
                "{'type':'delete_message','messageId':'018f3c2e-7b1a-7c3d-9e4f-0123456789ab'} | '' | oneOf",
                "{'type':'file_upload','roomId':'a','name':'n','size':1,'mime':'png'} | /mime | pattern",
            })
    void schema_violation_is_reported_with_its_path_and_keyword(String text, String path, String rule) {
        assertThat(details(text.replace('\'', '"'))).containsExactly(new Violation(path, rule));
    }

    @Test
    void details_are_ordered_missing_fields_present_fields_unknown_names_rules_between_fields() {
        assertThat(details("{\"zzz\":1,\"type\":\"join\",\"since\":{\"y\":1,\"seq\":-1},\"presence\":7,"
                        + "\"content\":1,\"rooms\":[{\"since\":0},3]}"))
                .containsExactly(
                        new Violation("/since/epoch", "required"),
                        new Violation("/since/seq", "minimum"),
                        new Violation("/since/y", "additionalProperties"),
                        new Violation("/presence", "type"),
                        new Violation("/content", "additionalProperties"),
                        new Violation("/rooms/0/roomId", "required"),
                        new Violation("/rooms/0/since", "type"),
                        new Violation("/rooms/1", "type"),
                        new Violation("/zzz", "additionalProperties"),
                        new Violation("", "dependentRequired"));
        assertThat(details("{\"type\":\"join\",\"since\":1,\"presence\":true}"))
                .containsExactly(
                        new Violation("/since", "type"),
                        new Violation("", "oneOf"),
                        new Violation("", "dependentRequired"),
                        new Violation("", "dependentRequired"));
    }

    @Test
    void long_ill_formed_text_violates_both_rules_and_items_of_a_long_list_are_not_checked() {
        assertThat(details("{\"type\":\"system_broadcast\",\"content\":\"" + "x".repeat(1_000) + "\\ud800\"}"))
                .containsExactly(new Violation("/content", "maxLength"), new Violation("/content", "pattern"));
        String room = "{\"roomId\":\"a\",\"zzz\":1}";
        assertThat(details("{\"type\":\"join\",\"rooms\":[" + (room + ",").repeat(100) + room + "]}"))
                .containsExactly(new Violation("/rooms", "maxItems"), new Violation("/rooms", "uniqueItems"));
    }

    @Test
    void text_length_is_counted_in_code_points() {
        String waves = "👋".repeat(1_000);
        assertThat(frame("{\"type\":\"chat\",\"roomId\":\"a\",\"content\":\"" + waves + "\"}"))
                .isInstanceOf(ClientFrame.Chat.class);
        assertThat(details("{\"type\":\"chat\",\"roomId\":\"a\",\"content\":\"" + waves + "!\"}"))
                .containsExactly(new Violation("/content", "maxLength"));
    }

    @Test
    void edit_in_a_room_has_the_limit_of_chat_and_to_a_user_that_of_a_direct_message() {
        String text = "x".repeat(1_001);
        String rest = "\"messageId\":\"" + UUID + "\",\"content\":\"" + text + "\"}";
        assertThat(details("{\"type\":\"edit_message\",\"roomId\":\"a\"," + rest))
                .containsExactly(new Violation("/content", "maxLength"));
        assertThat(frame("{\"type\":\"edit_message\",\"recipientId\":\"a\"," + rest))
                .isInstanceOf(ClientFrame.EditMessage.class);
    }

    @Test
    void integer_with_a_zero_fraction_is_accepted() {
        assertThat(frame("{\"type\":\"read\",\"roomId\":\"lobby\",\"seq\":1.2e1}"))
                .isEqualTo(new ClientFrame.Read(envelope(FrameType.READ), LOBBY, 12));
    }

    @Test
    void frame_with_200_violations_reports_ten() {
        StringBuilder text = new StringBuilder("{\"type\":\"ping\"");
        for (int i = 0; i < 200; i++) {
            text.append(",\"x").append(i).append("\":1");
        }
        assertThat(details(text + "}")).hasSize(10);
    }

    @Test
    void name_too_long_or_ill_formed_is_reported_as_its_enclosing_object() {
        assertThat(details("{\"type\":\"ping\",\"" + "x".repeat(65) + "\":1}"))
                .containsExactly(new Violation("", "additionalProperties"));
        for (String name : List.of("\\ud800", "\\ud800\\u0041", "\\udc00", "\\uDBFF\\uD800\\uDC00")) {
            assertThat(details("{\"type\":\"ping\",\"" + name + "\":1}"))
                    .containsExactly(new Violation("", "additionalProperties"));
        }
    }

    @Test
    void ill_formed_name_hides_neither_a_prototype_key_nor_text_that_is_not_json() {
        assertThat(details("{\"__proto__\":1,\"\\ud800\":1}"))
                .containsExactly(new Violation("/__proto__", "propertyNames"));
        assertThat(reason("{\"type\":\"ping\",\"\\ud800\":1,}")).isEqualTo(Reason.INVALID_JSON);
        assertThat(reason("{\"type\":\"ping\",\"\\\\ud800\":}")).isEqualTo(Reason.INVALID_JSON);
    }

    @Test
    void frame_with_many_tokens_or_a_long_name_is_valid_json() {
        assertThat(details("{\"type\":\"ping\",\"x\":[" + "0,".repeat(30_000) + "0]}"))
                .containsExactly(new Violation("/x", "additionalProperties"));
        assertThat(reason("{\"type\":\"ping\",\"" + "x".repeat(60_000) + "\":1}"))
                .isEqualTo(Reason.VALIDATION_FAILED);
    }

    @Test
    void malformed_frame_keeps_its_id_room_and_type_where_they_are_valid() {
        MalformedFrame valid = malformed("{\"type\":\"chat\",\"id\":\"k\",\"roomId\":\"lobby\"}".getBytes(UTF_8));
        assertThat(valid.id()).contains("k");
        assertThat(valid.roomId()).contains("lobby");
        assertThat(valid.type()).contains(FrameType.CHAT);

        MalformedFrame invalid = malformed("{\"type\":\"nope\",\"id\":\"<k>\",\"roomId\":7}".getBytes(UTF_8));
        assertThat(invalid.id()).isEmpty();
        assertThat(invalid.roomId()).isEmpty();
        assertThat(invalid.type()).isEmpty();

        assertThat(malformed("{\"id\":\"k\",\"type\":\"ping\"".getBytes(UTF_8)).id())
                .contains("k");
    }

    private static ClientFrame frame(String text) {
        return FrameDecoder.decode(text.getBytes(UTF_8)).fold(Function.identity(), malformed -> {
            throw new AssertionError("refused: " + malformed);
        });
    }

    private static MalformedFrame malformed(byte[] bytes) {
        return FrameDecoder.decode(bytes)
                .fold(
                        frame -> {
                            throw new AssertionError("accepted: " + frame);
                        },
                        Function.identity());
    }

    private static Reason reason(String text) {
        return failure(text).reason();
    }

    private static List<Violation> details(String text) {
        return FrameDecoder.decode(text.getBytes(UTF_8))
                .fold(frame -> List.of(), malformed -> failure(text).details());
    }

    private static Rejection.Failed failure(String text) {
        return malformed(text.getBytes(UTF_8))
                .why()
                .fold(
                        limited -> {
                            throw new AssertionError("limited");
                        },
                        Function.identity());
    }
}
