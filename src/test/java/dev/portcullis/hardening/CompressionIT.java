package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.Deflated;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Frame;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A node that agrees on {@code permessage-deflate} (RFC 7692). */
class CompressionIT {
    private static final String OFFER = "permessage-deflate; client_max_window_bits";
    private static final String ANSWER = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    private static final byte[] PING = "{\"type\":\"ping\",\"id\":\"p\"}".getBytes(StandardCharsets.UTF_8);
    private static final Pattern BUFFERED = Pattern.compile("(?m)^portcullis_buffered_bytes (\\S+)$");
    private static final int HELD_BYTES = 49_152;

    private static TestNode node;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.generous("http.compression=true", "admin.apiKey=" + Gauges.KEY);
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
    void compression_is_agreed_only_where_it_is_configured_and_offered() {
        assertThat(extensions(node, Upgrade.of("Sec-WebSocket-Extensions: " + OFFER)))
                .isEqualTo(ANSWER);
        assertThat(extensions(node, Upgrade.of())).isEmpty();
        try (TestNode plain = TestNode.generous()) {
            assertThat(extensions(plain, Upgrade.of("Sec-WebSocket-Extensions: " + OFFER)))
                    .isEmpty();
            part();
        }
    }

    @Test
    void frame_that_is_compressed_without_agreement_is_a_violation() {
        RawPeer peer = to(node);
        assertThat(Upgrade.of().withToken(node.token("ann")).from(peer).status())
                .isEqualTo(101);
        peer.next("auth_success");
        peer.frame(0xC1, Deflated.of(PING));
        assertThat(peer.closeCode()).isEqualTo(1002);
    }

    @Test
    void message_of_a_room_reaches_clients_with_and_without_compression() {
        RawPeer plain = joined(Upgrade.of(), "plain");
        RawPeer compressed = joined(Upgrade.of("Sec-WebSocket-Extensions: " + OFFER), "compressed");
        String content = "the same words again and again ".repeat(30).strip();
        byte[] chat = new JsonObject()
                .put("type", "chat")
                .put("id", "c1")
                .put("roomId", "lobby")
                .put("content", content)
                .toBuffer()
                .getBytes();
        compressed.frame(0xC1, Deflated.of(chat));
        Frame received = chat(compressed);
        assertThat(received.deflated()).isTrue();
        assertThat(received.payload()).hasSizeLessThan(content.length() / 2);
        assertThat(new JsonObject(received.text()).getString("content")).isEqualTo(content);
        Frame same = chat(plain);
        assertThat(same.deflated()).isFalse();
        assertThat(new JsonObject(same.text())).isEqualTo(new JsonObject(received.text()));
    }

    @Test
    void frame_for_one_client_is_not_compressed() {
        RawPeer peer = compressed("ann");
        peer.text("{\"type\":\"ping\",\"id\":\"" + "x".repeat(64) + "\"}");
        Frame pong = peer.read();
        assertThat(pong.text()).contains("pong");
        assertThat(pong.deflated()).isFalse();
    }

    @Test
    void message_in_fragments_with_a_ping_between_them_is_read() {
        RawPeer peer = compressed("ann");
        byte[] deflated = Deflated.of(PING);
        peer.frame(0x41, Arrays.copyOf(deflated, 5));
        peer.frame(0x89, new byte[0]);
        peer.frame(0x00, Arrays.copyOfRange(deflated, 5, 9));
        peer.frame(0x80, Arrays.copyOfRange(deflated, 9, deflated.length));
        assertThat(peer.next("pong").getString("id")).isEqualTo("p");
        peer.frame(0xC1, deflated);
        assertThat(peer.next("pong").getString("id")).isEqualTo("p");
        peer.text(new String(PING, StandardCharsets.UTF_8));
        assertThat(peer.next("pong").getString("id")).isEqualTo("p");
    }

    @Test
    void bomb_is_closed_1009() {
        byte[] bomb = Deflated.of(new byte[40 << 20]);
        assertThat(bomb).hasSizeLessThan(65_536);
        RawPeer whole = compressed("ann");
        whole.frame(0xC1, bomb);
        assertThat(whole.closeCode()).isEqualTo(1009);

        RawPeer divided = compressed("ann");
        divided.frame(0x41, Arrays.copyOf(bomb, 20));
        divided.frame(0x00, Arrays.copyOfRange(bomb, 20, 40));
        divided.frame(0x80, Arrays.copyOfRange(bomb, 40, bomb.length));
        assertThat(divided.closeCode()).isEqualTo(1009);

        RawPeer anonymous = to(node);
        Upgrade.of("Sec-WebSocket-Extensions: " + OFFER).from(anonymous);
        anonymous.frame(0xC1, Deflated.of(new byte[16_385]));
        assertThat(anonymous.closeCode())
                .as("the smaller limit before authentication")
                .isEqualTo(1009);
    }

    @Test
    void flood_of_bombs_holds_no_memory_and_no_other_client() {
        RawPeer member = compressed("member");
        byte[] bomb = Deflated.of(new byte[40 << 20]);
        for (int i = 0; i < 20; i++) {
            RawPeer peer = compressed("bomb" + i);
            peer.frame(0xC1, bomb);
            member.frame(0xC1, Deflated.of(PING));
            assertThat(member.next("pong").getString("id")).isEqualTo("p");
            assertThat(peer.closeCode()).isEqualTo(1009);
        }
        assertThat(Await.until(() -> buffered() < HELD_BYTES)).isTrue();
    }

    @Test
    void compressed_message_that_arrives_a_byte_at_a_time_is_closed_4000() {
        try (TestNode hasty = TestNode.generous(
                "http.compression=true",
                "heartbeat.messageMs=1000",
                "heartbeat.intervalMs=300",
                "limits.fragments=10000")) {
            RawPeer peer = compressed(hasty, "ann");
            peer.frame(0x41, Arrays.copyOf(Deflated.of(PING), 1));
            CompletableFuture<Integer> code = CompletableFuture.supplyAsync(peer::closeCode);
            assertThat(Await.until(() -> {
                        try {
                            peer.frame(0x00, new byte[0]);
                        } catch (UncheckedIOException closed) {
                            assertThat(closed).hasCauseInstanceOf(IOException.class);
                        }
                        return code.isDone();
                    }))
                    .isTrue();
            assertThat(code.join()).isEqualTo(4000);
        }
    }

    /** RFC 7692 section 7.2.3.4. Two bytes are a final block of nothing. */
    @Test
    void message_with_final_blocks_is_read_and_a_flood_of_them_is_a_violation() {
        RawPeer peer = compressed("ann");
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.writeBytes(new byte[] {3, 0});
        message.writeBytes(Deflated.of(PING));
        peer.frame(0xC1, message.toByteArray());
        assertThat(peer.next("pong").getString("id")).isEqualTo("p");
        byte[] flood = new byte[60_000];
        for (int i = 0; i < flood.length; i += 2) {
            flood[i] = 3;
        }
        peer.frame(0xC1, flood);
        assertThat(peer.closeCode()).isEqualTo(1002);
    }

    @Test
    void each_violation_of_the_extension_is_closed() {
        byte[] deflated = Deflated.of(PING);
        assertThat(closed(peer -> peer.frame(0xC9, new byte[0]))).as("a ping").isEqualTo(1002);
        assertThat(closed(peer -> {
                    peer.frame(0x41, Arrays.copyOf(deflated, 5));
                    peer.frame(0xC0, Arrays.copyOfRange(deflated, 5, deflated.length));
                }))
                .as("a continuation")
                .isEqualTo(1002);
        assertThat(closed(peer -> peer.frame(0xA1, PING))).as("RSV2").isEqualTo(1002);
        assertThat(closed(peer -> peer.frame(0xE1, deflated)))
                .as("RSV1 and RSV2")
                .isEqualTo(1002);
        assertThat(closed(peer -> {
                    peer.frame(0x41, Arrays.copyOf(deflated, 5));
                    peer.frame(0xC1, deflated);
                }))
                .as("a message within a message")
                .isEqualTo(1002);
        assertThat(closed(peer -> peer.frame(0xC1, new byte[] {7, 7, 7, 7})))
                .as("not deflated")
                .isEqualTo(1002);
        assertThat(closed(peer -> peer.frame(0xC1, Deflated.of(new byte[] {'"', (byte) 0xC3, '"'}))))
                .as("bad UTF-8")
                .isEqualTo(1007);
        assertThat(closed(peer -> peer.frame(0xC2, deflated))).as("binary").isEqualTo(1003);
    }

    @Test
    void memory_for_messages_whose_end_is_missing_is_counted_and_released() {
        for (int i = 0; i < 50; i++) {
            compressed("ann" + i).frame(0x41, Arrays.copyOf(Deflated.of(PING), 5));
        }
        assertThat(Await.until(() -> buffered() >= 50 * HELD_BYTES)).isTrue();
        part();
        assertThat(Await.until(() -> buffered() < HELD_BYTES)).isTrue();
    }

    private static double buffered() {
        Matcher line = BUFFERED.matcher(Gauges.scrape(node));
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    private int closed(Consumer<RawPeer> violation) {
        RawPeer peer = compressed("ann");
        violation.accept(peer);
        int code = peer.closeCode();
        peer.close();
        return code;
    }

    private RawPeer compressed(String user) {
        return compressed(node, user);
    }

    private RawPeer compressed(TestNode of, String user) {
        RawPeer peer = to(of);
        Reply reply = Upgrade.of("Sec-WebSocket-Extensions: " + OFFER)
                .withToken(of.token(user))
                .from(peer);
        assertThat(reply.header("Sec-WebSocket-Extensions")).isEqualTo(ANSWER);
        peer.next("auth_success");
        return peer;
    }

    private RawPeer joined(Upgrade upgrade, String user) {
        RawPeer peer = to(node);
        upgrade.withToken(node.token(user)).from(peer);
        peer.next("auth_success");
        peer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
        peer.next("joined");
        return peer;
    }

    private static Frame chat(RawPeer peer) {
        Frame frame = peer.read();
        while (!frame.isText() || !frame.text().contains("\"type\":\"chat\"")) {
            frame = peer.read();
        }
        return frame;
    }

    private String extensions(TestNode of, Upgrade upgrade) {
        Reply reply = upgrade.withToken(of.token("ann")).from(to(of));
        assertThat(reply.status()).isEqualTo(101);
        return reply.header("Sec-WebSocket-Extensions");
    }

    private RawPeer to(TestNode of) {
        RawPeer peer = RawPeer.to(of.port());
        peers.add(peer);
        return peer;
    }
}
