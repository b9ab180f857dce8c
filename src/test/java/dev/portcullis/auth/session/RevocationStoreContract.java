package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.auth.session.RegistrationResult.Revoked;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The contract of every {@link RevocationStore}, together with the {@link SessionStore} beside it. */
public abstract class RevocationStoreContract extends SessionStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final long KEPT = 86_400_000;
    private static final long KEPT_FOR_LOGINS = 604_800_000;
    private static final Optional<String> NO_LOGIN = Optional.empty();

    @Test
    void revoked_token_opens_no_session_and_its_sessions_end() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        Session first = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session other = opened(store, session("ann", "t2", NOW, NO_LOGIN));
        Session ofBob = opened(store, session("bob", "t1", NOW, NO_LOGIN));

        RevokedSessions revoked = revoke(revocations, ANN, new TokenScope.Token("t1"));

        assertThat(revoked).isEqualTo(new RevokedSessions(List.of(first), Optional.empty()));
        assertThat(of(store, ANN)).containsExactly(other);
        assertThat(of(store, BOB)).containsExactly(ofBob);
        assertThat(open(store, session("ann", "t1", NOW, NO_LOGIN))).isEqualTo(new Revoked());
        assertThat(open(store, session("ann", "t3", NOW, NO_LOGIN))).isEqualTo(new Registered());
        assertThat(isRevoked(revocations, "ann", "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(revocations, "ann", "t2", NOW, NO_LOGIN)).isFalse();
        assertThat(isRevoked(revocations, "bob", "t1", NOW, NO_LOGIN)).isFalse();
    }

    @Test
    void revoked_login_ends_with_all_its_tokens() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        Session one = opened(store, session("ann", "t1", NOW, Optional.of("login")));
        Session two = opened(store, session("ann", "t2", NOW, Optional.of("login")));
        Session other = opened(store, session("ann", "t3", NOW, Optional.of("another")));
        Session without = opened(store, session("ann", "login", NOW, NO_LOGIN));

        RevokedSessions revoked = revoke(revocations, ANN, new TokenScope.Family("login"));

        assertThat(revoked.ended()).containsExactlyInAnyOrder(one, two);
        assertThat(of(store, ANN)).containsExactlyInAnyOrder(other, without);
        assertThat(open(store, session("ann", "t4", NOW, Optional.of("login")))).isEqualTo(new Revoked());
        assertThat(isRevoked(revocations, "ann", "t5", NOW, Optional.of("login")))
                .isTrue();
        assertThat(isRevoked(revocations, "ann", "login", NOW, NO_LOGIN)).isFalse();
    }

    @Test
    void user_is_revoked_up_to_a_time_of_issue() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        Session old = opened(store, session("ann", "t1", NOW - 1, NO_LOGIN));
        Session untold = opened(store, session("ann", "t2", 0, NO_LOGIN));
        Session fresh = opened(store, session("ann", "t3", NOW, NO_LOGIN));

        RevokedSessions revoked = revoke(revocations, ANN, new TokenScope.IssuedBefore(NOW));
        revoke(revocations, ANN, new TokenScope.IssuedBefore(NOW - 1_000));

        assertThat(revoked.ended()).containsExactlyInAnyOrder(old, untold);
        assertThat(of(store, ANN)).containsExactly(fresh);
        assertThat(open(store, session("ann", "t4", NOW - 1, NO_LOGIN))).isEqualTo(new Revoked());
        assertThat(open(store, session("ann", "t5", 0, NO_LOGIN))).isEqualTo(new Revoked());
        assertThat(open(store, session("ann", "t6", NOW, NO_LOGIN))).isEqualTo(new Registered());
    }

    @Test
    void revocation_without_a_user_holds_for_every_user_of_the_lane() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        Session ofAnn = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session other = opened(store, session("ann", "t2", NOW, NO_LOGIN));

        for (TokenScope scope : List.of(new TokenScope.Token("t1"), new TokenScope.Family("login"))) {
            for (int lane : List.of(Session.laneOf(ANN), Session.laneOf(BOB))) {
                revocations.revokeInLane(lane, scope).await(30, TimeUnit.SECONDS);
                revocations.revokeInLane(lane, scope).await(30, TimeUnit.SECONDS);
            }
        }

        assertThat(store.endedAmong(List.of(ofAnn, other), LeaseTimeout.NORMAL).await(30, TimeUnit.SECONDS))
                .as("what the sweep of the edges finds")
                .containsExactly(ofAnn.id());
        assertThat(of(store, ANN)).containsExactly(other);
        assertThat(open(store, session("ann", "t1", NOW, NO_LOGIN))).isEqualTo(new Revoked());
        assertThat(open(store, session("bob", "t3", NOW, Optional.of("login")))).isEqualTo(new Revoked());
        assertThat(isRevoked(revocations, "bob", "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(revocations, "bob", "t3", NOW, NO_LOGIN)).isFalse();
    }

    @Test
    void revocation_is_forgotten_when_every_such_token_has_expired() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        revoke(revocations, ANN, new TokenScope.Token("t1"));
        revoke(revocations, ANN, new TokenScope.IssuedBefore(NOW));

        clock.advance(KEPT - 1);
        assertThat(isRevoked(revocations, "ann", "t1", NOW, NO_LOGIN)).isTrue();
        assertThat(isRevoked(revocations, "ann", "t2", NOW - 1, NO_LOGIN)).isTrue();
        clock.advance(1);

        assertThat(isRevoked(revocations, "ann", "t1", NOW, NO_LOGIN)).isFalse();
        clock.advance(KEPT_FOR_LOGINS - KEPT - 1);
        assertThat(isRevoked(revocations, "ann", "t2", NOW - 1, NO_LOGIN))
                .as("as long as a refresh token")
                .isTrue();
        clock.advance(1);
        assertThat(isRevoked(revocations, "ann", "t2", NOW - 1, NO_LOGIN)).isFalse();
        assertThat(of(store, ANN)).isEmpty();
    }

    @Test
    void repeated_revocation_changes_nothing_and_is_kept_as_long_as_the_last() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        opened(store, session("ann", "t1", NOW, NO_LOGIN));
        revoke(revocations, ANN, new TokenScope.Token("t1"));
        clock.advance(1_000);

        assertThat(revoke(revocations, ANN, new TokenScope.Token("t1")).ended()).isEmpty();

        clock.advance(KEPT - 1);
        assertThat(isRevoked(revocations, "ann", "t1", NOW, NO_LOGIN)).isTrue();
    }

    @Test
    void too_many_revocations_of_a_user_become_one_of_all_tokens_until_now() throws Exception {
        SessionStore store = unlimited();
        RevocationStore revocations = revocations();
        Session bystander = opened(store, session("ann", "mine", NOW, NO_LOGIN));
        for (int i = 0; i < 20; i++) {
            assertThat(revoke(revocations, ANN, new TokenScope.Token("t" + i)).issuedBefore())
                    .isEmpty();
        }

        RevokedSessions last = revoke(revocations, ANN, new TokenScope.Token("t20"));

        assertThat(last).isEqualTo(new RevokedSessions(List.of(bystander), Optional.of(NOW + 1)));
        for (int i = 0; i <= 20; i++) {
            assertThat(isRevoked(revocations, "ann", "t" + i, NOW, NO_LOGIN)).isTrue();
        }
        assertThat(isRevoked(revocations, "ann", "later", NOW + 1, NO_LOGIN)).isFalse();
    }

    @Test
    void too_many_revocations_without_a_user_are_refused() throws Exception {
        unlimited();
        RevocationStore revocations = revocations();
        int lane = Session.laneOf(ANN);
        for (int i = 0; i < 20; i++) {
            revocations.revokeInLane(lane, new TokenScope.Token("t" + i)).await(30, TimeUnit.SECONDS);
        }

        assertThatThrownBy(() -> revocations
                        .revokeInLane(lane, new TokenScope.Token("t20"))
                        .await(30, TimeUnit.SECONDS))
                .isInstanceOf(StoreFailure.class);
        revocations.revokeInLane(lane, new TokenScope.Token("t3")).await(30, TimeUnit.SECONDS);
        clock.advance(KEPT);
        revocations.revokeInLane(lane, new TokenScope.Token("t20")).await(30, TimeUnit.SECONDS);
        assertThat(isRevoked(revocations, "ann", "t20", NOW, NO_LOGIN)).isTrue();
    }

    @Test
    void renewed_session_lives_with_its_new_token() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        clock.advance(3_000_000);

        Session renewed = session.renewed(claims("ann", "t2", NOW + 3_000_000, Optional.of("login")), 100_000_000);
        assertThat(renew(store, renewed)).isEqualTo(RenewalResult.RENEWED);
        assertThat(renew(store, renewed)).isEqualTo(RenewalResult.RENEWED);

        clock.advance(600_000); // past the end of the first token
        assertThat(of(store, ANN)).containsExactly(renewed);
        assertThat(find(store, session.id())).contains(renewed);
        assertThat(revoke(revocations(), ANN, new TokenScope.Token("t1")).ended())
                .isEmpty();
        assertThat(revoke(revocations(), ANN, new TokenScope.Family("login")).ended())
                .containsExactly(renewed);
    }

    @Test
    void renewal_with_a_revoked_token_is_refused() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        revoke(revocations(), ANN, new TokenScope.Token("t2"));

        assertThat(renew(store, session.renewed(claims("ann", "t2", NOW, NO_LOGIN), KEPT)))
                .isEqualTo(RenewalResult.REVOKED);

        assertThat(of(store, ANN)).containsExactly(session);
    }

    @Test
    void ended_session_is_not_renewed() throws Exception {
        SessionStore store = unlimited();
        Session closed = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session revoked = opened(store, session("ann", "t2", NOW, NO_LOGIN));
        Session expired = opened(store, session("ann", "t3", NOW, NO_LOGIN));
        end(store, closed);
        revoke(revocations(), ANN, new TokenScope.Token("t2"));
        TokenClaims fresh = claims("ann", "fresh", NOW + 3_600_000, NO_LOGIN);

        for (Session each : List.of(closed, revoked)) {
            assertThat(renew(store, each.renewed(fresh, KEPT))).isEqualTo(RenewalResult.ENDED);
        }
        clock.advance(3_600_000);
        assertThat(renew(store, expired.renewed(fresh, KEPT))).isEqualTo(RenewalResult.ENDED);
        assertThat(renew(store, session("ann", "t4", NOW, NO_LOGIN))).isEqualTo(RenewalResult.ENDED);

        assertThat(of(store, ANN)).isEmpty();
    }

    @Test
    void session_is_found_by_its_id_while_it_lives() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session revoked = opened(store, session("bob", "t2", NOW, NO_LOGIN));
        revoke(revocations(), BOB, new TokenScope.Token("t2"));

        assertThat(find(store, session.id())).contains(session);
        assertThat(find(store, revoked.id())).isEmpty();
        for (String none : List.of("", "zz", session.id() + "x", SessionId.next(session.lane()), "0".repeat(24))) {
            assertThat(find(store, none)).as(none).isEmpty();
        }
        end(store, session);
        assertThat(find(store, session.id())).isEmpty();
    }

    /** A revocation and reconnects at the same time: once it has completed, no session is live with its token. */
    @Test
    void no_session_survives_a_revocation_that_races_with_it() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            SessionStore store = unlimited();
            RevocationStore revocations = revocations();
            for (int round = 0; round < 100; round++) {
                String token = "race" + round;
                CompletableFuture<Void> begin = new CompletableFuture<>();
                List<Future<?>> opening = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    opening.add(threads.submit(() -> {
                        begin.join();
                        for (int attempt = 0; attempt < 5; attempt++) {
                            open(store, session("ann", token, NOW, Optional.of("login" + token)));
                        }
                        return null;
                    }));
                }
                begin.complete(null);
                revoke(
                        revocations,
                        ANN,
                        round % 2 == 0 ? new TokenScope.Token(token) : new TokenScope.Family("login" + token));
                assertThat(of(store, ANN)).as("when it has completed").isEmpty();
                for (Future<?> each : opening) {
                    each.get(30, TimeUnit.SECONDS);
                }
                assertThat(of(store, ANN)).as("and ever after").isEmpty();
                clock.advance(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private SessionStore unlimited() throws Exception {
        return store(new SessionsConfig(1_000, OnExceeded.REJECT, 1_000_000, 100, 5_000, 2_000, 0, KEPT, 1_000, 1_000));
    }

    protected Session session(String user, String tokenId, long issuedAt, Optional<String> sid) {
        return Session.open(
                claims(user, tokenId, issuedAt, sid),
                Credentials.message("t", "192.0.2.1", new SessionOwner("n", "n:1", 0), "test"),
                clock.getAsLong());
    }

    private static TokenClaims claims(String user, String tokenId, long issuedAt, Optional<String> sid) {
        TokenClaims any = TestClaims.of(user);
        return new TokenClaims(
                any.userId(),
                any.issuer(),
                any.username(),
                any.role(),
                any.rooms(),
                tokenId,
                issuedAt,
                Math.max(issuedAt, NOW) + 3_600_000,
                sid,
                any.certificate(),
                any.csrf());
    }

    private static Session opened(SessionStore store, Session session) throws Exception {
        assertThat(open(store, session)).isEqualTo(new Registered());
        return session;
    }

    private static RevokedSessions revoke(RevocationStore revocations, UserId user, TokenScope scope) throws Exception {
        return revocations.revoke(user, scope).await(30, TimeUnit.SECONDS);
    }

    private static boolean isRevoked(
            RevocationStore revocations, String user, String tokenId, long issuedAt, Optional<String> sid)
            throws Exception {
        return revocations.isRevoked(claims(user, tokenId, issuedAt, sid)).await(30, TimeUnit.SECONDS);
    }

    private static RenewalResult renew(SessionStore store, Session session) throws Exception {
        return store.renew(session).await(30, TimeUnit.SECONDS);
    }

    private static Optional<Session> find(SessionStore store, String id) throws Exception {
        return store.find(id).await(30, TimeUnit.SECONDS);
    }

    private static List<Session> of(SessionStore store, UserId user) throws Exception {
        return store.ofUser(user).await(30, TimeUnit.SECONDS);
    }
}
