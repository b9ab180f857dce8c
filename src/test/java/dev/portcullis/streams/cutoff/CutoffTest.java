package dev.portcullis.streams.cutoff;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CutoffTest {
    private static final UserId ANN = new UserId("ann");

    /** What stands in a store is read by every release. */
    static Stream<Arguments> bodies() {
        return Stream.of(
                body(
                        new SessionEnded("s-1", Cause.EVICTED),
                        "\"type\":\"session_ended\",\"v\":1,\"sessionId\":\"s-1\",\"cause\":\"evicted\"}"),
                body(
                        new SessionEnded("s-1\"\\é", Cause.UNRESPONSIVE),
                        "\"type\":\"session_ended\",\"v\":1,\"sessionId\":\"s-1\\\"\\\\é\",\"cause\":\"silent\"}"),
                body(
                        new SessionEnded("s-1", Cause.OTHER),
                        "\"type\":\"session_ended\",\"v\":1,\"sessionId\":\"s-1\",\"cause\":\"other\"}"),
                body(
                        TokenRevoked.token("t \0", Optional.of(ANN)),
                        "\"type\":\"token_revoked\",\"v\":1,\"tokenId\":\"t \\u0000\",\"userId\":\"ann\"}"),
                body(
                        TokenRevoked.token("t", Optional.empty()),
                        "\"type\":\"token_revoked\",\"v\":1,\"tokenId\":\"t\"}"),
                body(
                        new UserCutOff(ANN, 1_790_000_000_001L, UserCutOff.Cause.REVOKED),
                        "\"type\":\"user_cut_off\",\"v\":1,\"userId\":\"ann\",\"issuedBefore\":1790000000001,"
                                + "\"cause\":\"revoked\"}"),
                body(
                        new UserCutOff(ANN, UserCutOff.ALL, UserCutOff.Cause.BANNED),
                        "\"type\":\"user_cut_off\",\"v\":1,\"userId\":\"ann\",\"issuedBefore\":9223372036854775807,"
                                + "\"cause\":\"banned\"}"));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void body_of_a_cut_off_never_changes_and_is_decoded(Cutoff cutoff, String body) {
        assertThat(CutoffBody.encode(cutoff)).asString(UTF_8).isEqualTo(body);
        assertThat(CutoffBody.decode(body.getBytes(UTF_8))).contains(cutoff);
    }

    @Test
    void body_is_an_object_once_its_position_is_put_in_front() {
        byte[] body = CutoffBody.encode(new SessionEnded("s-1", Cause.EVICTED));

        assertThat(EntryFrame.frame(new StreamEntry(StreamName.cutoffs(17), new Position("e", 7), 0, body)))
                .asString(UTF_8)
                .isEqualTo(
                        "{\"epoch\":\"e\",\"seq\":7,\"type\":\"session_ended\",\"v\":1,\"sessionId\":\"s-1\",\"cause\":\"evicted\"}");
    }

    /** What is not understood ends more, never less (CWE-636). */
    static Stream<Arguments> laterBodies() {
        return Stream.of(
                body(
                        new SessionEnded("s", Cause.OTHER),
                        "\"type\":\"session_ended\",\"v\":2,\"sessionId\":\"s\",\"cause\":\"bored\",\"by\":[\"x\"]}"),
                body(new SessionEnded("s", Cause.OTHER), "\"type\":\"session_ended\",\"sessionId\":\"s\"}"),
                body(
                        TokenRevoked.token("t", Optional.empty()),
                        "\"type\":\"token_revoked\",\"tokenId\":\"t\",\"userId\":\"no user\"}"),
                body(
                        new UserCutOff(ANN, UserCutOff.ALL, UserCutOff.Cause.REVOKED),
                        "\"type\":\"user_cut_off\",\"userId\":\"ann\",\"issuedBefore\":\"x\",\"cause\":\"bored\"}"));
    }

    @ParameterizedTest
    @MethodSource("laterBodies")
    void cut_off_of_a_later_release_ends_what_it_names(Cutoff cutoff, String body) {
        assertThat(CutoffBody.decode(body.getBytes(UTF_8))).contains(cutoff);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "}",
                "\"type\":\"family_revoked\",\"sessionId\":\"s\",\"cause\":\"evicted\"}",
                "\"type\":\"session_ended\",\"cause\":\"evicted\"}",
                "\"type\":\"session_ended\",\"sessionId\":7,\"cause\":\"evicted\"}",
                "{\"type\":\"session_ended\",\"sessionId\":\"s\",\"cause\":\"evicted\"}",
                "\"type\":\"token_revoked\",\"userId\":\"ann\"}",
                "\"type\":\"user_cut_off\",\"userId\":\"no user\"}",
                "\"type\":\"address_banned\",\"range\":\"192.0.2.1\"}",
                "\"type\":\"of_a_later_release\",\"n\":1e99999999999}",
                "\"type\":\"of_a_later_release\",\"n\":0.1e-2147483647}"
            })
    void any_other_body_is_no_cut_off(String body) {
        assertThat(CutoffBody.decode(body.getBytes(UTF_8))).isEmpty();
    }

    /** A frame passes only while the lane of its user is known. */
    @Test
    void cut_off_of_a_user_stands_in_the_lane_of_the_users_sessions() {
        assertThat(new UserCutOff(ANN, 0, UserCutOff.Cause.REVOKED).lane())
                .isEqualTo(StreamName.inbox(ANN).lane());
    }

    private static Arguments body(Cutoff cutoff, String body) {
        return Arguments.of(cutoff, body);
    }
}
