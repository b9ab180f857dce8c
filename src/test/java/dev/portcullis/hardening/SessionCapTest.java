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

/** How many sessions one user may have, how fast they may come, and that the dead among them do not count. */
class SessionCapTest {
    private static final int MAX = 5;
    private static final int PROBE_MS = 4_000;
    private static final String NO_GHOSTS = "sessions.suspectAfterMs=60000";

    private final List<AutoCloseable> peers = new ArrayList<>();

    @AfterEach
    void part() throws Exception {
        for (AutoCloseable peer : peers) {
            peer.close();
        }
    }

    @Test
    void the_sixth_session_of_a_user_is_refused_and_the_five_go_on() throws Exception {
        try (TestNode node = TestNode.generous(NO_GHOSTS)) {
            List<JdkPeer> five = five(node, "ann");
            JdkPeer sixth = peer(JdkPeer.withToken(node.ws(), node.token("ann")));
            assertThat(sixth.ended()).isEqualTo(4005);
            assertThat(sixth.rest()).isEmpty();
            JdkPeer byFrame = peer(JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of()));
            byFrame.send(new JsonObject().put("type", "auth").put("token", node.token("ann")));
            assertThat(byFrame.ended()).isEqualTo(4005);
            peer(node.enter("ben"));
            five.forEach(SessionCapTest::assertServed);
            five.get(0).close();
            assertThat(Await.until(() -> isLetIn(node, "ann")))
                    .as("who leaves makes room")
                    .isTrue();
            part();
        }
    }

    @Test
    void where_the_operator_prefers_it_the_oldest_session_gives_way() throws Exception {
        try (TestNode node = TestNode.generous(NO_GHOSTS, "sessions.onExceeded=evict_oldest")) {
            List<JdkPeer> five = five(node, "ann");
            JdkPeer sixth = peer(node.enter("ann"));
            assertThat(five.get(0).ended()).isEqualTo(4005);
            five.subList(1, MAX).forEach(SessionCapTest::assertServed);
            assertServed(sixth);
            part();
        }
    }

    @Test
    void who_no_longer_answers_a_ping_locks_nobody_out() throws Exception {
        try (TestNode node = TestNode.generous("sessions.suspectAfterMs=300", "sessions.probeTimeoutMs=300")) {
            List<RawPeer> ghosts = new ArrayList<>();
            for (int i = 0; i < MAX; i++) {
                RawPeer ghost = peer(RawPeer.to(node.port()));
                Upgrade.of().withToken(node.token("ann")).from(ghost);
                ghost.next("auth_success");
                ghosts.add(ghost);
            }
            for (int i = 0; i < MAX; i++) {
                assertThat(Await.until(() -> isLetIn(node, "ann")))
                        .as("once they have been silent long enough")
                        .isTrue();
            }
            for (RawPeer ghost : ghosts) {
                assertThat(ghost.closeCode()).isEqualTo(4000);
            }
            part();
        }
    }

    @Test
    void who_is_only_quiet_is_no_ghost() throws Exception {
        try (TestNode node = TestNode.generous("sessions.suspectAfterMs=200", "sessions.probeTimeoutMs=" + PROBE_MS)) {
            List<JdkPeer> five = five(node, "ann");
            assertThat(Await.until(() -> {
                        long began = System.nanoTime();
                        assertThat(isLetIn(node, "ann")).isFalse();
                        return System.nanoTime() - began >= TimeUnit.MILLISECONDS.toNanos(PROBE_MS);
                    }))
                    .as("one was refused only after the five had been asked")
                    .isTrue();
            five.forEach(SessionCapTest::assertServed);
            part();
        }
    }

    @Test
    void the_thirty_first_handshake_of_a_user_within_a_minute_is_limited() throws Exception {
        try (TestNode node = TestNode.start("sessions.max=100", "limits.connectionsPerIp=100")) {
            for (int i = 0; i < 30; i++) {
                peer(node.enter("ann"));
            }
            RawPeer handshake = peer(RawPeer.to(node.port()));
            assertThat(Upgrade.of().withToken(node.token("ann")).from(handshake).status())
                    .isEqualTo(101);
            assertHasty(handshake.ending());
            RawPeer frame = peer(RawPeer.to(node.port()));
            Upgrade.of().from(frame);
            frame.text("{\"type\":\"auth\",\"token\":\"" + node.token("ann") + "\"}");
            assertHasty(frame.ending());
            peer(node.enter("ben"));
            part();
        }
    }

    private boolean isLetIn(TestNode node, String user) {
        JdkPeer peer = peer(JdkPeer.withToken(node.ws(), node.token(user)));
        assertThat(Await.until(() -> !peer.isOpen() || peer.hasHeard("auth_success")))
                .isTrue();
        return peer.hasHeard("auth_success");
    }

    private static void assertHasty(RawPeer.Ending ending) {
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
