package dev.portcullis.auth.revocation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CutoffTest {
    @Test
    void body_is_an_object_once_its_position_is_put_in_front() {
        byte[] body = new Cutoff("s-1", Cause.EVICTED).encode();

        assertThat(body)
                .asString(UTF_8)
                .isEqualTo("\"type\":\"session_ended\",\"v\":1,\"sessionId\":\"s-1\",\"cause\":\"evicted\"}");
        assertThat(EntryFrame.frame(new StreamEntry(StreamName.cutoffs(17), new Position("e", 7), 0, body)))
                .asString(UTF_8)
                .isEqualTo(
                        "{\"epoch\":\"e\",\"seq\":7,\"type\":\"session_ended\",\"v\":1,\"sessionId\":\"s-1\",\"cause\":\"evicted\"}");
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void encoded_cut_off_is_decoded(Cause cause) {
        Cutoff cutoff = new Cutoff("s-1\"\\é", cause);

        assertThat(Cutoff.decode(cutoff.encode())).contains(cutoff);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"type\":\"session_ended\",\"v\":2,\"sessionId\":\"s\",\"cause\":\"bored\",\"by\":[\"x\"]}",
                "\"type\":\"session_ended\",\"sessionId\":\"s\"}"
            })
    void cut_off_of_a_later_release_is_decoded_with_other_cause(String body) {
        assertThat(Cutoff.decode(body.getBytes(UTF_8))).contains(new Cutoff("s", Cause.OTHER));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "}",
                "\"type\":\"banned\",\"sessionId\":\"s\",\"cause\":\"evicted\"}",
                "\"type\":\"session_ended\",\"cause\":\"evicted\"}",
                "\"type\":\"session_ended\",\"sessionId\":7,\"cause\":\"evicted\"}",
                "{\"type\":\"session_ended\",\"sessionId\":\"s\",\"cause\":\"evicted\"}"
            })
    void any_other_body_is_no_cut_off(String body) {
        assertThat(Cutoff.decode(body.getBytes(UTF_8))).isEmpty();
    }
}
