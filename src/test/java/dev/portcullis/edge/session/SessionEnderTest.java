package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.edge.session.SessionEnder.PendingEnds;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    @Test
    void oldest_pending_ends_are_dropped_above_the_bound() {
        PendingEnds pending = new PendingEnds(3);
        IntStream.range(0, 5).forEach(i -> pending.add(session("s" + i, 10)));
        assertThat(pending.size()).isEqualTo(3);
        assertThat(pending.take(2)).extracting(Session::id).containsExactly("s2", "s3");
        assertThat(pending.take(2)).extracting(Session::id).containsExactly("s4");
        assertThat(pending.size()).isZero();
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

    private static Session session(String id, long expiresAt) {
        Sender sender = new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of(), id);
        return new Session(
                sender, "", "t", 0, 0, expiresAt, new SessionOwner("n", "n:1", 0), "127.0.0.1", "", Optional.empty());
    }
}
