package dev.portcullis.edge.socketio.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of an event before the connection's limit has let it in. */
class EventHeadTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String head(String packet) {
        return SocketPacket.eventHead(bytes(packet))
                .map(head -> head.ackId().orElse(-1) + " " + head.isSendMessage())
                .orElse("none");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "2[\"ping\"]|-1 false",
                "27[\"ping\",{}]|7 false",
                "2/,7[\"ping\"]|7 false",
                "2[\"send-message\"|-1 true",
                "27 [ \"send-message\" ,{\"message\":|7 true",
                "2[\"\\u0073\\u0065\\u006e\\u0064\\u002d\\u006d\\u0065\\u0073\\u0073\\u0061\\u0067\\u0065\",{}]|-1 true",
                "2[\"send-messages\"]|-1 false",
                "2[\"send-message|-1 false",
                "2[send-message]|-1 false",
                "2[[\"send-message\"]]|-1 false",
                "2\"send-message\"|-1 false",
                "2[|-1 false",
                "2|-1 false",
                "27x|7 false"
            })
    void event_is_known_by_its_head_whatever_follows(String packet, String head) {
        assertThat(head(packet)).isEqualTo(head);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0{}", "1", "2/other,[\"ping\"]", "31[]", "4", "51-[\"ping\"]", "x"})
    void packet_that_is_no_event_has_no_such_head(String packet) {
        assertThat(head(packet)).isEqualTo("none");
        assertThat(SocketPacket.event(bytes(packet))).isEmpty();
    }

    /** Else the limit would come too late for what is decoded at once. */
    @ParameterizedTest
    @ValueSource(strings = {"2[\"ping\"]", "2/,[\"ping\",{\"id\":\"x\"}]", "212 [5]", "2[\"ping\",5,{}]"})
    void packet_that_is_decoded_as_an_event_has_a_head(String packet) {
        assertThat(SocketPacket.event(bytes(packet))).isPresent();
        assertThat(SocketPacket.eventHead(bytes(packet))).isPresent();
    }

    @Test
    void head_of_a_message_is_told_behind_much_white_space() {
        assertThat(head("21" + " ".repeat(60_000) + "[" + "\n\r\t ".repeat(500) + "\"send-message\"]"))
                .isEqualTo("1 true");
    }
}
