package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CutoffScopeTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final Session SESSION = session(ANN, "s", "t", 2_000);

    @Test
    void ended_session_is_that_session_only() {
        assertThat(contains(new SessionEnded("s", SessionEnded.Cause.EVICTED))).isTrue();
        assertThat(contains(new SessionEnded("t", SessionEnded.Cause.EVICTED))).isFalse();
    }

    /** Two issuers may use one {@code jti}: a user must not revoke another user's token. */
    @Test
    void revoked_token_is_that_of_its_user() {
        assertThat(contains(TokenRevoked.token("t", Optional.of(ANN)))).isTrue();
        assertThat(contains(TokenRevoked.token("t", Optional.of(BEN)))).isFalse();
        assertThat(contains(TokenRevoked.token("t", Optional.empty()))).isTrue();
        assertThat(contains(TokenRevoked.token("s", Optional.of(ANN)))).isFalse();
    }

    @Test
    void user_is_cut_off_with_each_token_that_was_issued_before() {
        assertThat(contains(cutOff(ANN, 2_001))).isTrue();
        assertThat(contains(cutOff(ANN, 2_000))).isFalse();
        assertThat(contains(cutOff(ANN, UserCutOff.ALL))).isTrue();
        assertThat(contains(cutOff(BEN, UserCutOff.ALL))).isFalse();
    }

    @Test
    void token_without_time_of_issue_is_older_than_any() {
        assertThat(CutoffScope.contains(cutOff(ANN, 1), Optional.of(session(ANN, "s", "t", 0))))
                .isTrue();
    }

    @Test
    void connection_without_a_session_is_closed_by_none() {
        for (Cutoff cutoff : List.of(
                new SessionEnded("s", SessionEnded.Cause.EVICTED),
                TokenRevoked.token("t", Optional.empty()),
                cutOff(ANN, UserCutOff.ALL))) {
            assertThat(CutoffScope.contains(cutoff, Optional.empty())).isFalse();
        }
    }

    @Test
    void close_code_tells_what_was_cut_off() {
        assertThat(code(new SessionEnded("s", SessionEnded.Cause.EVICTED))).isEqualTo(CloseCode.TOO_MANY_SESSIONS);
        assertThat(code(new SessionEnded("s", SessionEnded.Cause.UNRESPONSIVE))).isEqualTo(CloseCode.HEARTBEAT_TIMEOUT);
        assertThat(code(new SessionEnded("s", SessionEnded.Cause.OTHER))).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(code(TokenRevoked.token("t", Optional.empty()))).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(code(cutOff(ANN, 1))).isEqualTo(CloseCode.GOING_AWAY);
        assertThat(code(new UserCutOff(ANN, 1, UserCutOff.Cause.BANNED))).isEqualTo(CloseCode.BANNED);
    }

    private static CloseCode code(Cutoff cutoff) {
        return CutoffScope.closeCode(cutoff, CloseCode.GOING_AWAY);
    }

    private static boolean contains(Cutoff cutoff) {
        return CutoffScope.contains(cutoff, Optional.of(SESSION));
    }

    private static UserCutOff cutOff(UserId user, long issuedBefore) {
        return new UserCutOff(user, issuedBefore, UserCutOff.Cause.REVOKED);
    }

    private static Session session(UserId user, String id, String tokenId, long issuedAt) {
        Sender sender = new Sender(user, Optional.empty(), Role.MEMBER, List.of(), id);
        return new Session(
                sender,
                "",
                tokenId,
                issuedAt,
                0,
                Long.MAX_VALUE,
                new SessionOwner("n", "n:1", 0),
                "192.0.2.1",
                "",
                Optional.empty());
    }
}
