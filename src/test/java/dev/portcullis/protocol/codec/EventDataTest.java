package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.ClientFrame;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The data of an event's frame: any JSON value, as it came, within what the reader refuses in every frame. */
class EventDataTest {
    private static final String BEFORE = "{\"type\":\"event\",\"roomId\":\"lobby\",\"event\":\"poll.vote\",\"data\":";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "false",
                "0",
                "-12.50e+3",
                "123456789012345678901234567890",
                "\"\"",
                "\"é \\u00e9 \\n \\\" \\ud83d\\udc4b 👋\"",
                "[]",
                "{}",
                "[ 1,\t{ \"data\" : [ null ] , \"a\":\"}]\" } ]",
                "{\"type\":\"chat\",\"roomId\":\"other\",\"b\" : 1.0}"
            })
    void data_are_kept_byte_for_byte_wherever_they_stand(String data) {
        for (String space : List.of("", " ", "\n\t")) {
            assertThat(new String(event(BEFORE + space + data + space + "}").data(), UTF_8))
                    .isEqualTo(data);
            assertThat(new String(
                            event("{" + space + "\"data\":" + space + data + space
                                            + ",\"type\":\"event\",\"event\":\"e\",\"recipientId\":\"ben\"}")
                                    .data(),
                            UTF_8))
                    .isEqualTo(data);
        }
    }

    @Test
    void frame_has_its_target_its_event_and_its_id() {
        ClientFrame.Event room = event(BEFORE + "1,\"id\":\"e1\"}");
        assertThat(room.target()).isEqualTo(new Target.ToRoom(new RoomId("lobby")));
        assertThat(room.event()).isEqualTo("poll.vote");
        assertThat(room.envelope().id()).contains("e1");
        assertThat(event((BEFORE + "1}").replace("roomId", "recipientId")).target())
                .isEqualTo(new Target.ToUser(new UserId("lobby")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":[{\"__proto__\":1}]}", "[{\"constructor\":null}]", "{\"prototype\":{}}"})
    void prototype_key_in_data_is_refused_at_any_depth(String data) {
        assertThat(details(BEFORE + data + "}")).extracting(Violation::rule).containsExactly("propertyNames");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1e999", "[[1e999]]", "{\"a\":1,\"a\":2}", "[[[[[[[[[[1]]]]]]]]]]", "[1", "01", "\"a", "nul"})
    void what_is_no_json_of_ours_is_refused_in_data_too(String data) {
        assertThat(failure(BEFORE + data + "}").reason()).isEqualTo(Reason.INVALID_JSON);
    }

    /** Readers of an event may refuse a longer number, or one whose exponent no decimal holds, and end with it. */
    @Test
    void number_that_some_readers_refuse_is_refused_in_data_and_the_longest_double_is_not() {
        String longest = "-0." + "0".repeat(380) + "12345678901234567";
        assertThat(longest).hasSize(400);
        for (String good : List.of(longest, "9".repeat(308), "1e-400", "0E+999", "0.5e-007")) {
            assertThat(new String(event(BEFORE + "{\"a\":[" + good + "]}}").data(), UTF_8))
                    .isEqualTo("{\"a\":[" + good + "]}");
        }
        for (String bad : List.of(longest + "8", "1." + "0".repeat(60_000), "1e-99999999999", "0e1000", "0E+0001")) {
            assertThat(failure(BEFORE + "{\"a\":[" + bad + "]}}")).isEqualTo(Rejection.of(Reason.INVALID_JSON));
            assertThat(failure(BEFORE + bad + "}")).isEqualTo(Rejection.of(Reason.INVALID_JSON));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud800\"", "[{\"a\":\"x\\udc00\"}]", "{\"\\ud800\":1}"})
    void unpaired_surrogate_in_data_is_refused(String data) {
        assertThat(details(BEFORE + data + "}")).containsExactly(new Violation("/data", "pattern"));
    }

    @Test
    void frame_without_data_or_with_two_targets_is_refused() {
        assertThat(details("{\"type\":\"event\",\"roomId\":\"lobby\",\"event\":\"a\"}"))
                .containsExactly(new Violation("/data", "required"));
        assertThat(details(BEFORE + "1,\"recipientId\":\"ben\"}")).containsExactly(new Violation("", "oneOf"));
    }

    @Test
    void data_are_no_field_of_other_frames() {
        assertThat(details("{\"type\":\"ping\",\"data\":{}}"))
                .containsExactly(new Violation("/data", "additionalProperties"));
    }

    @Test
    void data_are_in_no_text_that_a_log_could_have() {
        assertThat(event(BEFORE + "\"secret\"}").toString()).doesNotContain("secret");
    }

    private static ClientFrame.Event event(String text) {
        return (ClientFrame.Event) FrameDecoder.decode(text.getBytes(UTF_8)).fold(frame -> frame, malformed -> {
            throw new AssertionError(malformed.why());
        });
    }

    private static List<Violation> details(String text) {
        return failure(text).details();
    }

    private static Rejection.Failed failure(String text) {
        return (Rejection.Failed) FrameDecoder.decode(text.getBytes(UTF_8))
                .fold(
                        frame -> {
                            throw new AssertionError(frame);
                        },
                        MalformedFrame::why);
    }
}
