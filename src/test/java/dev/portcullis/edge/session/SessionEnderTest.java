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
    void who_left_while_nobody_could_write_it_down_is_ended_when_somebody_can() throws Exception {
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
    void of_too_many_those_that_have_waited_longest_are_let_go() {
        PendingEnds pending = new PendingEnds(3);
        IntStream.range(0, 5).forEach(i -> pending.add(session("s" + i, 10)));
        assertThat(pending.size()).isEqualTo(3);
        assertThat(pending.take(2, 0)).extracting(Session::id).containsExactly("s2", "s3");
        assertThat(pending.take(2, 0)).extracting(Session::id).containsExactly("s4");
        assertThat(pending.size()).isZero();
    }

    @Test
    void whose_token_has_ended_needs_no_goodbye() {
        PendingEnds pending = new PendingEnds(3);
        pending.add(session("ended", 10));
        pending.add(session("live", 11));
        assertThat(pending.take(1, 10)).extracting(Session::id).containsExactly("live");
        assertThat(pending.size()).isZero();
    }

    private static Session session(String id, long expiresAt) {
        Sender sender = new Sender(new UserId("ann"), Optional.empty(), Role.MEMBER, List.of(), id);
        return new Session(sender, "", "t", 0, 0, expiresAt, new SessionOwner("n", "n:1", 0), "127.0.0.1", "");
    }
}
