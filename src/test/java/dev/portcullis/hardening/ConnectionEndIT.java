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

/** Connections end at a heartbeat timeout, at the expiry of their token, and at a drain. */
class ConnectionEndIT {
    private static final int PING = 0x9;

    /** Longer than a busy machine delays the handshake. */
    private static final Duration LIFETIME = Duration.ofSeconds(10);

    @Test
    void silent_client_is_closed_4000_and_a_client_that_answers_pings_stays() {
        try (TestNode node = TestNode.generous("heartbeat.intervalMs=100", "heartbeat.timeoutMs=10000");
                RawPeer silent = enter(node, "silent");
                RawPeer drowsy = enter(node, "drowsy");
                JdkPeer alive = node.enter("alive")) {
            CompletableFuture<Ending> end = CompletableFuture.supplyAsync(silent::ending);
            drowsy.write(new byte[] {(byte) 0x81, (byte) 0xFE, 0x03, (byte) 0xE8, 1, 2, 3, 4});
            while (!end.isDone()) {
                assertThat(drowsy.read().opcode()).as("a ping").isEqualTo(PING);
                drowsy.write(new byte[] {0}); // a byte of an incomplete frame counts as activity
            }
            assertThat(end.join().code()).isEqualTo(4000);
            assertThat(end.join().reason()).isEqualTo("Heartbeat timeout");
            assertThat(end.join().words()).isEmpty();
            alive.send("{\"type\":\"ping\"}");
            alive.next("pong");
        }
    }

    @Test
    void answers_to_pings_do_not_count_as_unsolicited_pongs() {
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
    void connection_is_closed_4007_when_its_token_expires() {
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
                Ending ending = peer.ending();
                assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(expiresAt);
                assertThat(ending.words()) // a busy node announces the end of the token first
                        .anyMatch(word -> word.getString("type").equals("joined"));
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
    void draining_node_names_a_slot_to_each_client_and_serves_it_until_then() throws Exception {
        try (TestNode node = TestNode.generous("drain.windowMs=9000", "auth.messageTimeoutMs=60000");
                JdkPeer ann = node.enter("ann");
                JdkPeer ben = node.enter("ben");
                RawPeer anonymous = RawPeer.to(node.port())) {
            Upgrade.of().from(anonymous);
            ann.join("lobby");
            ben.join("lobby");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(node::close);
            List<Long> slots = List.of(
                    slotOf(ann.next("server_draining")),
                    slotOf(ben.next("server_draining")),
                    slotOf(anonymous.next("server_draining")));
            assertThat(slots).containsExactlyInAnyOrder(3_000L, 6_000L, 9_000L);
            JdkPeer last = slots.get(0) > slots.get(1) ? ann : ben;
            assertThat(last.chat("lobby", "still here", "s").getString("type")).isEqualTo("ack");
            assertThat(ann.ended()).isEqualTo(1012);
            assertThat(ben.ended()).isEqualTo(1012);
            assertThat(anonymous.ending().code()).isEqualTo(1012);
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
