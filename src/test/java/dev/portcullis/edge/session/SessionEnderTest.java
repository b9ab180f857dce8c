package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.GatedNode;
import dev.portcullis.edge.session.SessionEnder.PendingEnds;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
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
        assertThat(pending.take(2, 0)).extracting(Session::id).containsExactly("s2", "s3");
        assertThat(pending.take(2, 0)).extracting(Session::id).containsExactly("s4");
        assertThat(pending.size()).isZero();
    }

    @Test
    void session_with_an_expired_token_needs_no_end() {
        PendingEnds pending = new PendingEnds(3);
        pending.add(session("expired", 10));
        pending.add(session("live", 11));
        assertThat(pending.take(1, 10)).extracting(Session::id).containsExactly("live");
        assertThat(pending.size()).isZero();
    }

    private static Session session(String id, long expiresAt) {
        Sender sender = new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of(), id);
        return new Session(
                sender, "", "t", 0, 0, expiresAt, new SessionOwner("n", "n:1", 0), "127.0.0.1", "", Optional.empty());
    }
}
