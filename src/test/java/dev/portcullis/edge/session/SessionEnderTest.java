package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.GatedNode;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.protocol.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionEnderTest {
    @Test
    void sessions_closed_while_the_store_is_unavailable_are_ended_when_it_is_back() throws Exception {
        GatedNode node = new GatedNode();
        try {
            node.sessions.failEnds(true);
            List<String> users =
                    IntStream.range(0, 6).mapToObj(i -> "user-" + i).toList();
            users.forEach(user -> node.enter(user).close());
            assertThat(Await.until(() -> node.sessions.failedEnds() >= users.size()))
                    .isTrue();
            assertThat(users).allMatch(node::registered);
            node.sessions.failEnds(false);
            assertThat(Await.until(() -> users.stream().noneMatch(node::registered)))
                    .isTrue();
        } finally {
            node.close();
        }
    }

    /** Else the application is told of users who are online until the node ends, and the cap counts them. */
    @Test
    void session_that_the_store_registered_without_answering_is_ended_when_the_store_is_back() throws Exception {
        GatedNode node = new GatedNode();
        try {
            node.sessions.loseOpens(true);
            node.sessions.failEnds(true);
            assertThat(handshake(node, "ann")).isEqualTo(503);
            assertThat(node.registered("ann")).isTrue();
            assertThat(Await.until(() -> node.sessions.failedEnds() >= 3)).isTrue();
            node.sessions.failEnds(false);
            assertThat(Await.until(() -> !node.registered("ann"))).isTrue();
        } finally {
            node.close();
        }
    }

    /** A tab that is reloaded while the store drops connections must not be closed for good. */
    @Test
    void user_at_the_cap_is_told_to_try_again_while_an_end_is_pending_and_refused_for_good_after_it() throws Exception {
        GatedNode node = new GatedNode("sessions.max=2");
        try (JdkPeer first = node.enter("ann")) {
            JdkPeer second = node.enter("ann");
            node.sessions.failEnds(true);
            second.close();
            assertThat(Await.until(() -> node.sessions.failedEnds() >= 1)).isTrue();
            assertThat(handshake(node, "ann")).isEqualTo(503);
            node.sessions.failEnds(false);
            assertThat(Await.until(() -> node.sessions.ends() == 1)).isTrue();
            try (JdkPeer reloaded = node.enter("ann");
                    JdkPeer tooMany = node.connect("ann", Role.MEMBER)) {
                assertThat(tooMany.ended()).isEqualTo(4005);
                assertThat(reloaded.isOpen()).isTrue();
            }
            assertThat(first.isOpen()).isTrue();
        } finally {
            node.close();
        }
    }

    @Test
    void session_that_no_client_got_makes_no_refusal_final() throws Exception {
        GatedNode node = new GatedNode("sessions.max=1");
        try {
            node.sessions.loseOpens(true);
            node.sessions.failEnds(true);
            assertThat(handshake(node, "ann")).isEqualTo(503);
            node.sessions.loseOpens(false);
            assertThat(handshake(node, "ann")).as("the first one is registered").isEqualTo(503);
            node.sessions.failEnds(false);
            assertThat(Await.until(() -> !node.registered("ann"))).isTrue();
            node.enter("ann").close();
        } finally {
            node.close();
        }
    }

    /** Each loop keeps the end of each session that it had: so it takes no more of them than it may keep. */
    @Test
    void node_with_too_many_pending_ends_opens_no_session_and_leaves_out_no_end() throws Exception {
        GatedNode node = new GatedNode("limits.connectionsPerNode=3");
        try {
            node.sessions.failEnds(true);
            List<String> users = new ArrayList<>();
            assertThat(Await.until(() -> {
                        String user = "user-" + users.size();
                        boolean opened = opens(node, user);
                        users.add(user);
                        return !opened;
                    }))
                    .isTrue();
            assertThat(users.stream().filter(node::registered)).hasSizeGreaterThanOrEqualTo(3);
            node.sessions.failEnds(false);
            assertThat(Await.until(() -> users.stream().noneMatch(node::registered)))
                    .isTrue();
            node.enter("user-after").close();
        } finally {
            node.close();
        }
    }

    /** The application waits to be told of its end, and most sessions that end while the store is away end by their token. */
    @Test
    void session_whose_token_has_expired_meanwhile_is_ended_too() throws Exception {
        GatedNode node = new GatedNode();
        try {
            node.sessions.failEnds(true);
            JdkPeer peer = node.enter("brief", Duration.ofSeconds(6));
            assertThat(peer.ended()).isEqualTo(4007);
            assertThat(Await.until(() -> node.sessions.failedEnds() >= 3)).isTrue();
            assertThat(node.sessions.ends()).isZero();
            node.sessions.failEnds(false);
            assertThat(Await.until(() -> node.sessions.ends() == 1)).isTrue();
        } finally {
            node.close();
        }
    }

    /** Enters and leaves. Returns whether a session was opened. */
    private static boolean opens(GatedNode node, String user) {
        int failed = node.sessions.failedEnds();
        int status = handshake(node, user);
        assertThat(status).isIn(101, 503);
        return status == 101 && Await.until(() -> node.sessions.failedEnds() > failed);
    }

    /** The status of its answer. */
    private static int handshake(GatedNode node, String user) {
        try (RawPeer peer = RawPeer.to(node.ws().getPort())) {
            return peer.upgrade("Authorization: Bearer " + node.token(user)).status();
        }
    }
}
