package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.auth.SettableClock;
import dev.portcullis.auth.session.SessionOpening.Denied;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RevocationStoreTest {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final int MAX = 20;
    private static final RevocationLimits LIMITS = new RevocationLimits(86_400_000, 604_800_000, MAX, MAX);
    private static final Optional<String> NO_LOGIN = Optional.empty();

    private final SettableClock clock = new SettableClock(NOW);
    private final MemoryRowStore rows = new MemoryRowStore(clock);
    private final RevocationStore store = new RevocationStore(rows, () -> LIMITS);

    @Test
    void all_tokens_of_all_users_are_revoked_up_to_a_time_of_issue() throws Exception {
        done(store.revokeAllIssuedBefore(NOW));
        for (UserId user : List.of(ANN, BOB, new UserId("cleo"))) {
            assertThat(isRevoked(user, "t1", NOW - 1, NO_LOGIN)).isTrue();
            assertThat(isRevoked(user, "", NOW - 1, Optional.of("login"))).isTrue();
            assertThat(isRevoked(user, "t2", NOW, NO_LOGIN)).isFalse();
        }
    }

    @Test
    void token_is_revoked_for_its_user_alone() throws Exception {
        revoke(TokenScope.token("t1"));

        assertThat(isRevoked(ANN, "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(ANN, "t2", NOW, NO_LOGIN)).isFalse();
        assertThat(isRevoked(ANN, "t2", NOW, Optional.of("t1"))).isFalse();
        assertThat(isRevoked(BOB, "t1", NOW, NO_LOGIN)).isFalse();
    }

    @Test
    void login_is_revoked_with_all_its_tokens() throws Exception {
        revoke(TokenScope.family("login"));

        assertThat(isRevoked(ANN, "t1", NOW, Optional.of("login"))).isTrue();
        assertThat(isRevoked(ANN, "", NOW + 1, Optional.of("login"))).isTrue();
        assertThat(isRevoked(ANN, "t1", NOW, Optional.of("another"))).isFalse();
        assertThat(isRevoked(ANN, "login", NOW, NO_LOGIN)).isFalse();
        assertThat(isRevoked(BOB, "t1", NOW, Optional.of("login"))).isFalse();
    }

    @Test
    void user_is_revoked_up_to_a_time_of_issue_which_is_never_set_back() throws Exception {
        revoke(TokenScope.issuedBefore(NOW));
        revoke(TokenScope.issuedBefore(NOW - 1_000));

        assertThat(isRevoked(ANN, "t1", NOW - 1, NO_LOGIN)).isTrue();
        assertThat(isRevoked(ANN, "t2", 0, NO_LOGIN))
                .as("without a time of issue")
                .isTrue();
        assertThat(isRevoked(ANN, "t3", NOW, NO_LOGIN)).isFalse();
        assertThat(isRevoked(BOB, "t1", NOW - 1, NO_LOGIN)).isFalse();
    }

    @Test
    void time_of_issue_of_1970_revokes_nothing() throws Exception {
        revoke(TokenScope.issuedBefore(0));

        assertThat(isRevoked(ANN, "t1", 0, NO_LOGIN)).isFalse();
    }

    @Test
    void token_or_login_of_any_user_is_revoked_in_its_lane() throws Exception {
        for (TokenScope scope : List.of(TokenScope.token("t1"), TokenScope.family("login"))) {
            done(store.revokeInLane(Session.laneOf(ANN), scope));
        }

        assertThat(isRevoked(ANN, "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(ANN, "t2", NOW, Optional.of("login"))).isTrue();
        assertThat(isRevoked(ANN, "login", NOW, Optional.of("t1"))).isFalse();
        assertThat(isRevoked(BOB, "t1", NOW, NO_LOGIN)).as("of another lane").isFalse();
    }

    @Test
    void revocation_is_forgotten_when_every_such_token_has_expired() throws Exception {
        revoke(TokenScope.token("t1"));
        revoke(TokenScope.issuedBefore(NOW));
        done(store.revokeInLane(Session.laneOf(BOB), TokenScope.token("t1")));
        done(store.revokeInLane(Session.laneOf(BOB), TokenScope.family("login")));

        clock.advance(LIMITS.keepMs() - 1);
        assertThat(isRevoked(ANN, "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(BOB, "t1", NOW, NO_LOGIN)).isTrue();
        clock.advance(1);
        assertThat(isRevoked(ANN, "t1", NOW, NO_LOGIN)).isFalse();
        assertThat(isRevoked(BOB, "t1", NOW, NO_LOGIN)).isFalse();

        clock.advance(LIMITS.keepForLoginsMs() - LIMITS.keepMs() - 1);
        assertThat(isRevoked(ANN, "t2", NOW - 1, NO_LOGIN))
                .as("as long as a refresh token")
                .isTrue();
        assertThat(isRevoked(BOB, "t2", NOW, Optional.of("login"))).isTrue();
        clock.advance(1);
        assertThat(isRevoked(ANN, "t2", NOW - 1, NO_LOGIN)).isFalse();
        assertThat(isRevoked(BOB, "t2", NOW, Optional.of("login"))).isFalse();
    }

    @Test
    void time_of_issue_that_lies_ahead_is_remembered_from_then_on() throws Exception {
        revoke(TokenScope.issuedBefore(NOW + 60_000));

        clock.advance(60_000 + LIMITS.keepForLoginsMs() - 1);
        assertThat(isRevoked(ANN, "t1", NOW + 59_999, NO_LOGIN)).isTrue();
        clock.advance(1);
        assertThat(isRevoked(ANN, "t1", NOW + 59_999, NO_LOGIN)).isFalse();
    }

    @Test
    void repeated_revocation_is_kept_as_long_as_the_last() throws Exception {
        int lane = Session.laneOf(BOB);
        revoke(TokenScope.token("t1"));
        done(store.revokeInLane(lane, TokenScope.token("t1")));
        clock.advance(1_000);

        revoke(TokenScope.token("t1"));
        done(store.revokeInLane(lane, TokenScope.token("t1")));

        clock.advance(LIMITS.keepMs() - 1);
        assertThat(isRevoked(ANN, "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(BOB, "t1", NOW, NO_LOGIN)).isTrue();
    }

    /** The single ones go: else the next one would find too many again, and revoke what the user got since. */
    @Test
    void too_many_revocations_of_a_user_become_one_of_all_tokens_until_now() throws Exception {
        for (int i = 0; i < MAX; i++) {
            assertThat(revoke(TokenScope.token("t" + i))).isEmpty();
        }
        assertThat(revoke(TokenScope.token("t3"))).as("a repetition").isEmpty();
        assertThat(isRevoked(ANN, "mine", NOW, NO_LOGIN)).isFalse();

        assertThat(revoke(TokenScope.family("login"))).contains(NOW + 1);

        for (int i = 0; i < MAX; i++) {
            assertThat(isRevoked(ANN, "t" + i, NOW, NO_LOGIN)).isTrue();
        }
        assertThat(isRevoked(ANN, "mine", NOW, Optional.of("login"))).isTrue();
        assertThat(isRevoked(ANN, "later", NOW + 1, NO_LOGIN)).isFalse();
        clock.advance(1_000);
        assertThat(revoke(TokenScope.token("later"))).isEmpty();
        assertThat(isRevoked(ANN, "good", NOW + 1, NO_LOGIN)).isFalse();
        assertThat(rows.keysOf("revocations")).as("the rows are bounded too").containsExactly("before", "jti:later");
    }

    @Test
    void wide_revocation_keeps_a_later_time_of_issue() throws Exception {
        revoke(TokenScope.issuedBefore(NOW + 60_000));
        for (int i = 0; i <= MAX; i++) {
            revoke(TokenScope.token("t" + i));
        }

        assertThat(isRevoked(ANN, "any", NOW + 59_999, NO_LOGIN)).isTrue();
        assertThat(isRevoked(ANN, "any", NOW + 60_000, NO_LOGIN)).isFalse();
    }

    @Test
    void revocations_that_are_over_make_room_and_go_with_the_next() throws Exception {
        for (int i = 0; i < MAX; i++) {
            revoke(TokenScope.token("t" + i));
        }
        clock.advance(LIMITS.keepMs());

        assertThat(revoke(TokenScope.token("next"))).isEmpty();

        assertThat(rows.keysOf("revocations")).containsExactly("jti:next");
    }

    @Test
    void too_many_revocations_without_a_user_are_refused() throws Exception {
        for (int i = 0; i < MAX; i++) {
            done(store.count(TokenScope.token("t" + i)));
        }

        assertThat(store.count(TokenScope.token("one-more")).cause()).isInstanceOf(StoreFailure.class);
        done(store.count(TokenScope.token("t3")));
        clock.advance(LIMITS.keepMs());
        done(store.count(TokenScope.token("one-more")));
        assertThat(rows.keysOf("revocations_counted")).containsExactly("jti:one-more");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a+b", "a%20b", "\0", "\n", "ü", "\u1F600", "jti:a", "*._-", ":"})
    void id_is_any_text(String id) throws Exception {
        revoke(TokenScope.token(id));

        assertThat(isRevoked(ANN, id, NOW, NO_LOGIN)).isTrue();
        for (String other : List.of("a", "b", "a b ", "a++b", "%00", "_", "A")) {
            assertThat(isRevoked(ANN, other, NOW, NO_LOGIN)).as(other).isFalse();
        }
    }

    /** To ignore it could make a revoked token good. */
    @ParameterizedTest
    @ValueSource(strings = {"", "tomorrow", "[\"1\",null]", "[1,\"2\"]", "[99999999999999999999,null]"})
    void revocation_that_cannot_be_read_fails_the_question(String row) {
        rows.set(Session.laneOf(ANN), RevocationRow.of(ANN).row("jti:t1"), row);

        assertThat(store.isRevoked(new TokenIdentity(ANN, "t1", NOW, NO_LOGIN)).cause())
                .isInstanceOf(StoreFailure.class);
        assertThat(store.revoke(ANN, TokenScope.token("t2")).cause()).isInstanceOf(StoreFailure.class);
    }

    @Test
    void step_of_a_token_without_revocations_costs_no_read() throws Exception {
        List<Permit> permits = new ArrayList<>();

        assertThat(open(permits, 0)).isInstanceOf(Opened.class);

        assertThat(rows.calls()).isZero();
        assertThat(permits).hasSize(1);
        assertThat(permits.get(0).unchanged())
                .extracting(row -> row.table() + " " + row.partition() + " " + row.key() + row.value())
                .containsExactlyInAnyOrder(
                        "revocations ann beforeOptional.empty",
                        "revocations ann jti:t1Optional.empty",
                        "revocations ann sid:loginOptional.empty",
                        "revocation  beforeOptional.empty",
                        "revocation  jti:t1Optional.empty",
                        "revocation  sid:loginOptional.empty");
        assertThat(permits.get(0).changes()).isFalse();
    }

    @Test
    void step_whose_rows_have_changed_rests_on_those_of_now() throws Exception {
        revoke(TokenScope.issuedBefore(NOW));
        List<Permit> permits = new ArrayList<>();

        assertThat(open(permits, 1)).isInstanceOf(Opened.class);

        String until = Long.toString(NOW + LIMITS.keepForLoginsMs());
        assertThat(permits.get(1).unchanged())
                .filteredOn(row -> row.value().isPresent())
                .containsExactly(
                        new Permit.Row("revocations", "ann", "before", Optional.of("[" + until + "," + NOW + "]")));
    }

    @Test
    void step_that_meets_a_revocation_of_its_token_is_refused() throws Exception {
        revoke(TokenScope.family("login"));
        List<Permit> permits = new ArrayList<>();

        assertThat(open(permits, 1)).isEqualTo(new Denied(TokenDefect.REVOKED));

        assertThat(permits).hasSize(1);
    }

    @Test
    void step_that_always_meets_revocations_gives_up_and_says_that_nothing_was_done() {
        StoreFailure failure =
                catchThrowableOfType(StoreFailure.class, () -> open(new ArrayList<>(), Integer.MAX_VALUE));

        assertThat(failure.isNotApplied()).isTrue();
    }

    @Test
    void step_fails_while_the_revocations_can_not_be_read() {
        rows.failNext(1);

        assertThat(catchThrowableOfType(StoreFailure.class, () -> open(new ArrayList<>(), 1)))
                .isNotNull();
    }

    /** @param changes how often the rows have changed when the step runs */
    private SessionOpening open(List<Permit> permits, int changes) throws Exception {
        return done(store.unlessRevoked(session(), permit -> {
            permits.add(permit);
            return Future.succeededFuture(
                    permits.size() > changes
                            ? Optional.of(new Opened(session(), Optional.empty(), Optional.empty()))
                            : Optional.empty());
        }));
    }

    private Session session() {
        Session any = Session.open(
                TestClaims.of("ann"),
                Credentials.message("t", "192.0.2.1", new SessionOwner("n", "n:1", 0), "test"),
                clock.getAsLong());
        return new Session(
                any.sender(),
                any.issuer(),
                "t1",
                NOW,
                any.openedAt(),
                any.expiresAt(),
                any.owner(),
                any.address(),
                any.userAgent(),
                Optional.of("login"));
    }

    private Optional<Long> revoke(TokenScope scope) throws Exception {
        return done(store.revoke(ANN, scope));
    }

    private boolean isRevoked(UserId user, String tokenId, long issuedAt, Optional<String> sid) throws Exception {
        return done(store.isRevoked(new TokenIdentity(user, tokenId, issuedAt, sid)));
    }
}
