package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits of the sessions and handshakes of one user. Sessions of unresponsive clients are ended when the cap is reached. */
class SessionCapIT {
    private static final int MAX = 5;
    private static final int PROBE_MS = 8_000;
    private static final String NO_GHOSTS = "sessions.suspectAfterMs=60000";

    private final List<AutoCloseable> peers = new ArrayList<>();

    @AfterEach
    void part() throws Exception {
        for (AutoCloseable peer : peers) {
            peer.close();
        }
    }

    @Test
    void sixth_session_of_a_user_is_refused_with_4005_and_the_five_are_served() throws Exception {
        try (TestNode node = TestNode.generous(NO_GHOSTS)) {
            List<JdkPeer> five = five(node, "ann");
            JdkPeer sixth = peer(JdkPeer.withToken(node.ws(), node.token("ann")));
            assertThat(sixth.ended()).isEqualTo(4005);
            assertThat(sixth.rest()).isEmpty();
            JdkPeer byFrame = peer(JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of()));
            byFrame.send(new JsonObject().put("type", "auth").put("token", node.token("ann")));
            assertThat(byFrame.ended()).isEqualTo(4005);
            peer(node.enter("ben"));
            five.forEach(SessionCapIT::assertServed);
            five.get(0).close();
            assertThat(Await.until(() -> isAccepted(node, "ann")))
                    .as("a closed session frees its slot")
                    .isTrue();
            part();
        }
    }

    @Test
    void oldest_session_is_evicted_if_configured() throws Exception {
        try (TestNode node = TestNode.generous(NO_GHOSTS, "sessions.onExceeded=evict_oldest")) {
            List<JdkPeer> five = five(node, "ann");
            JdkPeer sixth = peer(node.enter("ann"));
            assertThat(five.get(0).ended()).isEqualTo(4005);
            five.subList(1, MAX).forEach(SessionCapIT::assertServed);
            assertServed(sixth);
            part();
        }
    }

    @Test
    void ghost_sessions_do_not_keep_their_user_out() throws Exception {
        try (TestNode node = TestNode.generous("sessions.suspectAfterMs=300", "sessions.probeTimeoutMs=300")) {
            List<RawPeer> ghosts = new ArrayList<>();
            for (int i = 0; i < MAX; i++) {
                RawPeer ghost = peer(RawPeer.to(node.port()));
                Upgrade.of().withToken(node.token("ann")).from(ghost);
                ghost.next("auth_success");
                ghosts.add(ghost);
            }
            for (int i = 0; i < MAX; i++) {
                assertThat(Await.until(() -> isAccepted(node, "ann")))
                        .as("accepted after the silence limit")
                        .isTrue();
            }
            for (RawPeer ghost : ghosts) {
                assertThat(ghost.closeCode()).isEqualTo(4000);
            }
            part();
        }
    }

    @Test
    void quiet_sessions_that_answer_their_probe_are_kept() throws Exception {
        try (TestNode node = TestNode.generous("sessions.suspectAfterMs=200", "sessions.probeTimeoutMs=" + PROBE_MS)) {
            List<JdkPeer> five = five(node, "ann");
            assertThat(Await.until(() -> {
                        long began = System.nanoTime();
                        assertThat(isAccepted(node, "ann")).isFalse();
                        return System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(PROBE_MS);
                    }))
                    .as("refused only after the five were probed")
                    .isTrue();
            five.forEach(SessionCapIT::assertServed);
            part();
        }
    }

    @Test
    void thirty_first_handshake_of_a_user_within_a_minute_is_rate_limited() throws Exception {
        try (TestNode node = TestNode.start("sessions.max=100", "limits.connectionsPerIp=100")) {
            for (int i = 0; i < 30; i++) {
                peer(node.enter("ann"));
            }
            RawPeer handshake = peer(RawPeer.to(node.port()));
            assertThat(Upgrade.of().withToken(node.token("ann")).from(handshake).status())
                    .isEqualTo(101);
            assertRateLimited(handshake.ending());
            RawPeer frame = peer(RawPeer.to(node.port()));
            Upgrade.of().from(frame);
            frame.text("{\"type\":\"auth\",\"token\":\"" + node.token("ann") + "\"}");
            assertRateLimited(frame.ending());
            peer(node.enter("ben"));
            part();
        }
    }

    private boolean isAccepted(TestNode node, String user) {
        JdkPeer peer = peer(JdkPeer.withToken(node.ws(), node.token(user)));
        assertThat(Await.until(() -> !peer.isOpen() || peer.hasHeard("auth_success")))
                .isTrue();
        return peer.hasHeard("auth_success");
    }

    private static void assertRateLimited(RawPeer.Ending ending) {
        JsonObject word = ending.lastWord();
        assertThat(word.getString("type")).isEqualTo("rate_limited");
        assertThat(word.getString("scope")).isEqualTo("user");
        assertThat(word.getString("window")).isEqualTo("minute");
        assertThat(word.getLong("retryAfter")).isBetween(1L, 60_000L);
        assertThat(word.getLong("remaining")).isZero();
        assertThat(ending.words()).hasSize(1);
        assertThat(ending.code()).isEqualTo(1013);
    }

    private static void assertServed(JdkPeer peer) {
        peer.send("{\"type\":\"ping\"}");
        peer.next("pong");
    }

    private List<JdkPeer> five(TestNode node, String user) {
        List<JdkPeer> five = new ArrayList<>();
        for (int i = 0; i < MAX; i++) {
            five.add(peer(node.enter(user)));
        }
        return five;
    }

    private <P extends AutoCloseable> P peer(P peer) {
        peers.add(peer);
        return peer;
    }
}
