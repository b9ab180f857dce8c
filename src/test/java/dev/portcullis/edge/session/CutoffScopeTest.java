package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.connection.ConnectionKey;
import dev.portcullis.http.AddressRange;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.AddressBanned;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CutoffScopeTest {
    private static final long NOW = 5_000;
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
        assertThat(CutoffScope.contains(cutOff(ANN, 1), Optional.of(session(ANN, "s", "t", 0)), "192.0.2.1", NOW))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1,      192.0.2.1,       true,  192.0.2.1",
        "192.0.2.2,      192.0.2.1,       false, 192.0.2.2",
        "192.0.2.0/24,   192.0.2.1,       true,  ",
        "192.0.2.0/24,   192.0.3.1,       false, ",
        "2001:db8::1,    2001:db8::1,     true,  2001:db8::/64",
        "2001:db8::1,    2001:db8::2,     false, 2001:db8::/64",
        "2001:db8::/64,  2001:db8::2,     true,  2001:db8::/64",
        "2001:db8::/48,  2001:db8:0:7::2, true,  ",
        "2001:db8::/48,  2001:db9::2,     false, ",
        "::/0,           2001:db8::2,     true,  ",
        "0.0.0.0/0,      192.0.2.1,       true,  ",
        "0.0.0.0/0,      2001:db8::2,     false, "
    })
    void banned_range_is_each_address_in_it(String range, String address, boolean inside, String key) {
        AddressBanned banned = new AddressBanned(AddressRange.parse(range).orElseThrow(), NOW + 1, 7);
        assertThat(CutoffScope.contains(banned, Optional.of(SESSION), address, NOW))
                .isEqualTo(inside);
        assertThat(CutoffScope.contains(banned, Optional.empty(), address, NOW)).isEqualTo(inside);
        assertThat(CutoffScope.key(banned)).isEqualTo(Optional.ofNullable(key).map(ConnectionKey::address));
        assertThat(banned.range()).hasToString(range);
    }

    /** A node that was stopped reads it late. */
    @Test
    void ban_that_is_over_closes_nothing() {
        AddressRange range = AddressRange.parse("192.0.2.1").orElseThrow();
        assertThat(contains(new AddressBanned(range, NOW + 1, 7))).isTrue();
        assertThat(contains(new AddressBanned(range, NOW, 7))).isFalse();
        assertThat(contains(new AddressBanned(range, AddressBanned.FOREVER, 7))).isTrue();
    }

    @Test
    void connection_without_a_session_is_closed_only_for_its_address() {
        for (Cutoff cutoff : List.of(
                new SessionEnded("s", SessionEnded.Cause.EVICTED),
                TokenRevoked.token("t", Optional.empty()),
                cutOff(ANN, UserCutOff.ALL))) {
            assertThat(CutoffScope.contains(cutoff, Optional.empty(), "192.0.2.1", NOW))
                    .isFalse();
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
        assertThat(code(new AddressBanned(AddressRange.parse("192.0.2.1").orElseThrow(), 1, 7)))
                .isEqualTo(CloseCode.BANNED);
    }

    private static CloseCode code(Cutoff cutoff) {
        return CutoffScope.closeCode(cutoff, CloseCode.GOING_AWAY);
    }

    private static boolean contains(Cutoff cutoff) {
        return CutoffScope.contains(cutoff, Optional.of(SESSION), "192.0.2.1", NOW);
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
