package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.RawPeer.Frame;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The ends that come with time: of a heartbeat, of a token, of the node. */
class EndingsTest {
    private static final int PING = 0x9;

    /** Longer than a test is held up on its way in. */
    private static final Duration LIFETIME = Duration.ofSeconds(6);

    @Test
    void who_falls_silent_is_closed_and_counted_and_who_answers_stays() {
        try (TestNode node = TestNode.generous("heartbeat.intervalMs=100", "heartbeat.timeoutMs=6000");
                RawPeer silent = enter(node, "silent");
                RawPeer drowsy = enter(node, "drowsy");
                JdkPeer alive = node.enter("alive")) {
            CompletableFuture<Ending> end = CompletableFuture.supplyAsync(silent::ending);
            drowsy.write(new byte[] {(byte) 0x81, (byte) 0xFE, 0x03, (byte) 0xE8, 1, 2, 3, 4});
            while (!end.isDone()) {
                assertThat(drowsy.read().opcode()).as("it is pinged").isEqualTo(PING);
                drowsy.write(new byte[] {0}); // a byte of a frame that is not complete is a sign of life
            }
            assertThat(end.join().code()).isEqualTo(4000);
            assertThat(end.join().reason()).isEqualTo("Heartbeat timeout");
            assertThat(end.join().words()).isEmpty();
            alive.send("{\"type\":\"ping\"}");
            alive.next("pong");
        }
    }

    @Test
    void who_answers_every_ping_is_no_flood() {
        try (TestNode node = TestNode.generous(
                        "heartbeat.intervalMs=100", "heartbeat.timeoutMs=60000", "limits.controlFrames=2");
                RawPeer peer = enter(node, "diligent")) {
            for (int i = 0; i < 6; i++) {
                Frame ping = peer.read();
                assertThat(ping.opcode()).isEqualTo(PING);
                peer.frame(0x8A, ping.payload());
            }
            peer.text("{\"type\":\"ping\"}");
            Frame frame = peer.read();
            while (frame.opcode() == PING) {
                frame = peer.read();
            }
            assertThat(frame.text()).contains("pong");
        }
    }

    @Test
    void a_token_ends_while_its_connection_is_open() {
        try (TestNode node = TestNode.generous();
                JdkPeer witness = node.enter("witness")) {
            witness.join("lobby");
            long before = System.currentTimeMillis();
            String shortLived = node.token("brief", Role.MEMBER, LIFETIME);
            long after = System.currentTimeMillis();
            try (RawPeer peer = RawPeer.to(node.port())) {
                Upgrade.of().withToken(shortLived).from(peer);
                long expiresAt = peer.next("auth_success").getLong("expiresAt");
                assertThat(expiresAt)
                        .isBetween(before + LIFETIME.toMillis() - 1_000, after + LIFETIME.toMillis() + 1_000);
                peer.text("{\"type\":\"join\",\"roomId\":\"lobby\"}");
                peer.next("joined");
                Ending ending = peer.ending();
                assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(expiresAt);
                assertThat(ending.code()).isEqualTo(4007);
                assertThat(ending.reason()).isEqualTo("Token expired");
                peer.text("{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"too late\"}");
                peer.isCutOff();
            }
            try (RawPeer again = RawPeer.to(node.port())) {
                Upgrade.of().withToken(shortLived).from(again);
                assertThat(again.ending().lastWord().getString("reason")).isEqualTo("expired_token");
            }
            witness.send("{\"type\":\"ping\"}");
            witness.next("pong");
            assertThat(witness.rest()).isEmpty();
        }
    }

    @Test
    void a_node_that_stops_tells_everybody_when_to_go_and_serves_them_until_then() throws Exception {
        try (TestNode node = TestNode.generous("drain.windowMs=9000", "auth.messageTimeoutMs=60000");
                JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben");
                RawPeer nameless = RawPeer.to(node.port())) {
            Upgrade.of().from(nameless);
            ann.join("lobby");
            ben.join("lobby");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
            List<Long> slots = List.of(
                    slotOf(ann.next("server_draining")),
                    slotOf(ben.next("server_draining")),
                    slotOf(nameless.next("server_draining")));
            assertThat(slots).containsExactlyInAnyOrder(3_000L, 6_000L, 9_000L);
            JdkPeer last = slots.get(0) > slots.get(1) ? ann : ben;
            assertThat(last.chat("lobby", "still here", "s").getString("type")).isEqualTo("ack");
            assertThat(ann.ended()).isEqualTo(1012);
            assertThat(ben.ended()).isEqualTo(1012);
            assertThat(nameless.ending().code()).isEqualTo(1012);
            stopped.get(60, TimeUnit.SECONDS);
        }
    }

    private static long slotOf(JsonObject draining) {
        return draining.getLong("reconnectInMs");
    }

    private static RawPeer enter(TestNode node, String user) {
        RawPeer peer = RawPeer.to(node.port());
        assertThat(Upgrade.of().withToken(node.token(user)).from(peer).status()).isEqualTo(101);
        peer.next("auth_success");
        return peer;
    }
}
