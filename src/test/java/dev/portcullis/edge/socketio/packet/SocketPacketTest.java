package dev.portcullis.edge.socketio.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.CloseCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocketPacketTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Which method a packet calls, and with what. */
    private static String read(String packet) {
        List<String> calls = new ArrayList<>();
        SocketPacket.decode(bytes(packet))
                .ifPresent(decoded -> decoded.accept(new SocketPacket.Cases() {
                    @Override
                    public void connect(SocketPacket.Connect connect) {
                        calls.add("connect " + connect.payload().token().orElse("-"));
                    }

                    @Override
                    public void otherNamespace(SocketPacket.OtherNamespace other) {
                        calls.add("namespace " + other.name());
                    }

                    @Override
                    public void disconnect() {
                        calls.add("disconnect");
                    }

                    @Override
                    public void event(EmittedEvent event) {
                        calls.add("event " + event.ackId().orElse(-1) + " "
                                + text(event.frame(Optional.empty(), Optional.empty(), "poll.vote"::equals)));
                    }

                    @Override
                    public void ack() {
                        calls.add("ack");
                    }
                }));
        return String.join(",", calls);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "0|connect -",
                "0{\"token\":\"a.b.c\"}|connect a.b.c",
                "0/,{\"token\":\"x\"}|connect x",
                "0/admin|namespace /admin",
                "0/admin,{\"token\":\"x\"}|namespace /admin",
                "1|disconnect",
                "1/,|disconnect",
                "2[\"ping\"]|event -1 {\"type\":\"ping\"}",
                "27[\"ping\",{}]|event 7 {\"type\":\"ping\"}",
                "2[\"chat\", {\"roomId\": \"a\" , \"n\":1.50 }]|event -1 {\"type\":\"chat\",\"roomId\": \"a\" , \"n\":1.50 }",
                "2[\"a\\\"b\",{\"x\":\"\\u0041\"}]|event -1 {\"type\":\"a\\\"b\",\"x\":\"\\u0041\"}",
                "2[12 ]|event -1 {\"type\":12}",
                "31[]|ack"
            })
    void packet_is_read_as_what_it_means(String packet, String meaning) {
        assertThat(read(packet)).isEqualTo(meaning);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "7",
                "5[\"a\"]",
                "0[]",
                "0\"x\"",
                "0{\"token\":\"a\",\"token\":\"b\"}",
                "01{}",
                "1x",
                "12",
                "2",
                "2[]",
                "2[null]",
                "2[true]",
                "2[[]]",
                "2[\"connect_error\"]",
                "2[\"a\"],",
                "2[\"a\"] []",
                "2[\"a\",{\"x\":1,\"x\":2}]",
                "21234567890123456[\"a\"]",
                "2/x,[\"a\"]",
                "3[]",
                "31{}",
                "4{\"message\":\"x\"}"
            })
    void packet_that_is_none_is_told_apart(String packet) {
        assertThat(read(packet)).isEmpty();
    }

    @Test
    void nesting_without_an_end_is_refused() {
        assertThat(read("2[\"a\"," + "[".repeat(10_000))).isEmpty();
        assertThat(read("2[\"a\",{\"x\":" + "[".repeat(100) + "]".repeat(100) + "}]"))
                .isEmpty();
    }

    @Test
    void type_in_the_argument_is_left_for_the_decoder_to_refuse() {
        assertThat(read("2[\"ping\",{\"type\":\"chat\"}]")).isEqualTo("event -1 {\"type\":\"ping\",\"type\":\"chat\"}");
    }

    /** As an application writes it that cuts a text within an emoji. */
    @Test
    void half_a_surrogate_pair_in_a_name_is_left_for_the_decoder_to_refuse() {
        assertThat(read("2[\"ping\",{\"I like \\ud83d\":1}]"))
                .isEqualTo("event -1 {\"type\":\"ping\",\"I like \\ud83d\":1}");
        assertThat(read("2[\"ping\",{\"\\ud83d\":1},]")).isEmpty();
    }

    @Test
    void message_of_an_application_becomes_a_chat_frame() {
        SocketPacket.decode(bytes("2[\"send-message\",{\"message\":\"\\ud83d\\ude00\",\"other\":1}]"))
                .orElseThrow()
                .accept(new Ignoring() {
                    @Override
                    public void event(EmittedEvent event) {
                        assertThat(event.defect(Optional.empty())).isPresent();
                        assertThat(event.defect(Optional.of("lobby"))).isEmpty();
                        assertThat(text(event.frame(Optional.empty(), Optional.of("lobby"), "poll.vote"::equals)))
                                .isEqualTo("{\"type\":\"chat\",\"content\":\"\\ud83d\\ude00\",\"roomId\":\"lobby\"}");
                    }
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"type\":\"pong\",\"timestamp\":5}|42[\"pong\",{\"timestamp\":5}]",
                "{\"type\":\"left\"}|42[\"left\",{}]",
                "{\"epoch\":\"e1\",\"seq\":12,\"type\":\"chat\",\"roomId\":\"a\"}|42[\"chat\",{\"epoch\":\"e1\",\"seq\":12,\"roomId\":\"a\"}]",
                "{\"type\":\"event\",\"roomId\":\"a\",\"userId\":\"u\",\"event\":\"poll.vote\",\"data\":1}"
                        + "|42[\"poll.vote\",{\"type\":\"event\",\"roomId\":\"a\",\"userId\":\"u\",\"event\":\"poll.vote\",\"data\":1}]"
            })
    void frame_of_the_server_is_an_event(String frame, String packet) {
        assertThat(text(ServerPackets.event(bytes(frame)))).isEqualTo(packet);
    }

    @Test
    void event_of_the_application_is_emitted_under_its_own_name() {
        assertThat(read("27[\"poll.vote\",{\"roomId\":\"a\",\"data\":[1]}]"))
                .isEqualTo("event 7 {\"type\":\"event\",\"event\":\"poll.vote\",\"roomId\":\"a\",\"data\":[1]}");
    }

    @Test
    void message_of_a_room_is_two_events() {
        String frame =
                "{\"epoch\":\"e\",\"seq\":3,\"type\":\"chat\",\"roomId\":\"r\",\"messageId\":\"m\",\"userId\":\"u\","
                        + "\"content\":\"a \\\"b\\\"\",\"mentions\":[],\"timestamp\":0}";
        assertThat(ServerPackets.events(bytes(frame)))
                .hasSize(2)
                .extracting(SocketPacketTest::text)
                .last()
                .isEqualTo("42[\"receive-message\",{\"userId\":\"u\",\"username\":\"u\",\"message\":\"a \\\"b\\\"\","
                        + "\"roomId\":\"r\",\"messageId\":\"m\",\"seq\":3,\"timestamp\":\"1970-01-01T00:00:00Z\"}]");
        assertThat(ServerPackets.events(bytes("{\"type\":\"chat_message\",\"recipientId\":\"u\"}")))
                .hasSize(1);
    }

    @Test
    void name_of_a_namespace_is_echoed_without_what_could_break_the_packet() {
        assertThat(text(ServerPackets.unknownNamespace("/a\"b,\u001ec<")))
                .isEqualTo("44/abc,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void reason_of_each_close_code_fits_into_its_packet() {
        for (CloseCode code : CloseCode.values()) {
            assertThat(text(ServerPackets.closing(code)))
                    .contains("\"code\":" + code.code())
                    .endsWith("\"}]");
        }
    }

    @Test
    void payload_is_split_and_joined_within_its_limit() {
        byte[] payload = bytes("4a\u001e3\u001e");
        assertThat(EnginePackets.split(payload, 3).orElseThrow())
                .extracting(SocketPacketTest::text)
                .containsExactly("4a", "3", "");
        assertThat(EnginePackets.split(payload, 2)).isEmpty();
        assertThat(EnginePackets.join(EnginePackets.split(payload, 3).orElseThrow()))
                .isEqualTo(payload);
    }

    private static class Ignoring implements SocketPacket.Cases {
        @Override
        public void connect(SocketPacket.Connect packet) {}

        @Override
        public void otherNamespace(SocketPacket.OtherNamespace packet) {}

        @Override
        public void disconnect() {}

        @Override
        public void event(EmittedEvent event) {}

        @Override
        public void ack() {}
    }
}
