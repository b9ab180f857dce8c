package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.RawPeer.Frame;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A violation of the framing rules is closed with its close code, and other connections are not affected. */
class CloseCodesIT {
    private static final int FRAME_BYTES = 65_536;
    private static final int TEXT = 0x01;
    private static final int CONTINUATION = 0x00;
    private static final int PING = 0x89;
    private static final int PONG = 0x8A;
    private static final int LAST = 0x80;

    private static TestNode node;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.generous("sessions.max=1000");
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void binary_frame_is_closed_1003() {
        RawPeer peer = enter();
        peer.frame(0x82, utf8("{\"type\":\"ping\"}"));
        assertClosed(peer, 1003, "Text frames only");
        RawPeer pieces = enter();
        pieces.frame(0x02, utf8("{\"type\":"));
        assertClosed(pieces, 1003, "Text frames only");
    }

    static Stream<Arguments> invalid_utf8_is_closed_1007() {
        return Stream.of(
                Arguments.of("a lone continuation byte", List.of(bytes(0x80))),
                Arguments.of("an overlong slash (CVE-2000-0884)", List.of(bytes(0xC0, 0xAF))),
                Arguments.of("a surrogate", List.of(bytes(0xED, 0xA0, 0x80))),
                Arguments.of("beyond Unicode", List.of(bytes(0xF4, 0x90, 0x80, 0x80))),
                Arguments.of("cut short", List.of(bytes(0xE2, 0x82))),
                Arguments.of("cut short at the end of the last fragment", List.of(utf8("{"), bytes(0xE2, 0x82))),
                Arguments.of("broken over two fragments", List.of(bytes(0xE2, 0x82), bytes(0x41))),
                Arguments.of("in the second of three fragments", List.of(utf8("a"), bytes(0xFF), utf8("b"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void invalid_utf8_is_closed_1007(String what, List<byte[]> fragments) {
        RawPeer peer = enter();
        fragmented(peer, fragments);
        assertClosed(peer, 1007, "Invalid UTF-8");
    }

    @Test
    void character_split_over_fragments_is_valid() {
        RawPeer peer = enter();
        byte[] whole = utf8("{\"type\":\"no€😀\"}");
        List<byte[]> single = new ArrayList<>();
        for (byte each : whole) {
            single.add(new byte[] {each});
        }
        fragmented(peer, single);
        assertThat(peer.next("error").getString("reason")).isEqualTo("unknown_type");
        assertAlive(peer);
    }

    @Test
    void frame_of_the_largest_size_is_read_and_one_byte_more_is_closed_1009() {
        RawPeer peer = enter();
        peer.text(pingOf(FRAME_BYTES));
        assertThat(peer.next("error").getString("reason")).isEqualTo("validation_failed");
        assertAlive(peer);
        peer.text(pingOf(FRAME_BYTES + 1));
        assertTooLarge(peer);
    }

    @Test
    void announced_length_over_the_limit_is_closed_1009_at_once() {
        RawPeer peer = enter();
        peer.write(bytes(0x81, 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4));
        assertTooLarge(peer);
        RawPeer endless = enter();
        endless.write(bytes(0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4));
        assertTooLarge(endless);
    }

    @Test
    void fragments_are_limited_by_their_total_size() {
        RawPeer peer = enter();
        byte[] half = utf8(pingOf(FRAME_BYTES)).clone();
        fragmented(peer, List.of(slice(half, 0, 40_000), slice(half, 40_000, FRAME_BYTES)));
        assertThat(peer.next("error").getString("reason")).isEqualTo("validation_failed");
        byte[] more = utf8(pingOf(FRAME_BYTES + 1));
        fragmented(peer, List.of(slice(more, 0, 40_000), slice(more, 40_000, FRAME_BYTES + 1)));
        assertTooLarge(peer);
    }

    @Test
    void message_of_65_fragments_is_closed_1008() {
        RawPeer peer = enter();
        peer.frame(TEXT, utf8("{\"type\":"));
        for (int i = 0; i < 64; i++) {
            peer.frame(CONTINUATION, new byte[0]);
        }
        assertClosed(peer, 1008, "Policy violation");
    }

    @Test
    void twenty_pings_are_answered_and_one_more_is_closed_1008() {
        RawPeer peer = enter();
        for (int i = 0; i < 20; i++) {
            peer.frame(PING, bytes(i));
        }
        for (int i = 0; i < 20; i++) {
            Frame pong = peer.read();
            assertThat(pong.opcode()).isEqualTo(0xA);
            assertThat(pong.payload()).containsExactly(i);
        }
        peer.frame(PING, bytes());
        assertClosed(peer, 1008, "Policy violation");
    }

    @Test
    void unsolicited_pongs_over_the_limit_are_closed_1008() {
        RawPeer peer = enter();
        for (int i = 0; i < 21; i++) {
            peer.frame(PONG, bytes());
        }
        assertClosed(peer, 1008, "Policy violation");
    }

    @Test
    void ping_between_fragments_is_answered() {
        RawPeer peer = enter();
        peer.frame(TEXT, utf8("{\"type\":"));
        peer.frame(PING, utf8("there?"));
        peer.frame(LAST | CONTINUATION, utf8("\"ping\"}"));
        assertThat(peer.read().text()).isEqualTo("there?");
        peer.next("pong");
    }

    static Stream<Arguments> malformed_frame_is_closed_1002() {
        return Stream.of(
                Arguments.of("unmasked", bytes(0x81, 0x02, '{', '}')),
                Arguments.of("first reserved bit, not negotiated", bytes(0xC1, 0x80, 1, 2, 3, 4)),
                Arguments.of("second reserved bit", bytes(0xA1, 0x80, 1, 2, 3, 4)),
                Arguments.of("third reserved bit", bytes(0x91, 0x80, 1, 2, 3, 4)),
                Arguments.of("reserved data opcode", bytes(0x83, 0x80, 1, 2, 3, 4)),
                Arguments.of("reserved control opcode", bytes(0x8B, 0x80, 1, 2, 3, 4)),
                Arguments.of("continuation of nothing", bytes(0x80, 0x80, 1, 2, 3, 4)),
                Arguments.of("two messages at once", bytes(0x01, 0x80, 1, 2, 3, 4, 0x81, 0x80, 1, 2, 3, 4)),
                Arguments.of("ping in fragments", bytes(0x09, 0x80, 1, 2, 3, 4)),
                Arguments.of("ping of 126 bytes", bytes(0x89, 0xFE, 0, 126, 1, 2, 3, 4)),
                Arguments.of("length longer than needed", bytes(0x81, 0xFE, 0, 2, 1, 2, 3, 4, '{' ^ 1, '}' ^ 2)),
                Arguments.of("close of one byte", bytes(0x88, 0x81, 1, 2, 3, 4, 1)),
                Arguments.of("close with a reserved code", bytes(0x88, 0x82, 0, 0, 0, 0, 0x03, 0xED)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed_frame_is_closed_1002(String what, byte[] sent) {
        RawPeer peer = enter();
        peer.write(sent);
        assertCloseFrame(peer, 1002, "Protocol error");
    }

    @Test
    void compression_is_not_negotiated() {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        RawPeer.Reply reply = Upgrade.of("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")
                .withToken(node.token("peer"))
                .from(peer);
        assertThat(reply.status()).isEqualTo(101);
        assertThat(reply.header("Sec-WebSocket-Extensions"))
                .as("inflation is unbounded (CWE-409)")
                .isEmpty();
    }

    @Test
    void close_frame_is_answered_with_its_code_and_the_connection_ends() {
        RawPeer peer = enter();
        peer.frame(0x88, bytes(0x03, 0xE8));
        assertThat(peer.closeCode()).isEqualTo(1000);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void client_that_does_not_answer_a_close_is_disconnected() {
        RawPeer peer = enter();
        peer.frame(0x82, bytes());
        assertThat(peer.closeCode()).isEqualTo(1003);
        assertThat(peer.isCutOff()).isTrue();
    }

    @Test
    void frame_after_a_violation_is_not_processed() {
        RawPeer witness = enter();
        witness.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
        witness.next("joined");
        RawPeer peer = enter();
        peer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
        peer.next("joined");
        peer.frame(0x82, bytes());
        peer.text("{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"from the grave\"}");
        assertThat(peer.ending().words()).isEmpty();
        assertAlive(witness);
    }

    private static void assertCloseFrame(RawPeer peer, int code, String reason) {
        Ending ending = peer.ending();
        assertThat(ending.code()).isEqualTo(code);
        assertThat(ending.reason()).isEqualTo(reason);
        assertThat(ending.words()).isEmpty();
    }

    private static void assertClosed(RawPeer peer, int code, String reason) {
        assertCloseFrame(peer, code, reason);
        try {
            peer.frame(0x88, bytes(code >> 8, code));
        } catch (UncheckedIOException late) {
            // The server waits two seconds for the answer; a busy machine may delay it for longer.
        }
        assertThat(peer.isCutOff()).isTrue();
        peer.close();
    }

    private static void assertTooLarge(RawPeer peer) {
        Ending ending = peer.ending();
        assertThat(ending.words()).hasSize(1);
        assertThat(ending.lastWord().getString("type")).isEqualTo("error");
        assertThat(ending.lastWord().getString("reason")).isEqualTo("message_too_large");
        assertThat(ending.code()).isEqualTo(1009);
        assertThat(ending.reason()).isEqualTo("Frame too large");
        peer.close();
    }

    /** Asserts that the next frame is the answer to a ping. */
    private static void assertAlive(RawPeer peer) {
        peer.text("{\"type\":\"ping\"}");
        peer.next("pong");
    }

    private static String pingOf(int bytes) {
        String empty = "{\"type\":\"ping\",\"id\":\"\"}";
        return "{\"type\":\"ping\",\"id\":\"" + "x".repeat(bytes - empty.length()) + "\"}";
    }

    private static void fragmented(RawPeer peer, List<byte[]> fragments) {
        for (int i = 0; i < fragments.size(); i++) {
            int last = i == fragments.size() - 1 ? LAST : 0;
            peer.frame(last | (i == 0 ? TEXT : CONTINUATION), fragments.get(i));
        }
    }

    private static byte[] slice(byte[] whole, int from, int to) {
        return java.util.Arrays.copyOfRange(whole, from, to);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(int... values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int value : values) {
            out.write(value);
        }
        return out.toByteArray();
    }

    private RawPeer enter() {
        RawPeer peer = RawPeer.to(node.port());
        peers.add(peer);
        assertThat(Upgrade.of().withToken(node.token("peer")).from(peer).status())
                .isEqualTo(101);
        peer.next("auth_success");
        return peer;
    }
}
