package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.SettableClock;
import dev.portcullis.auth.session.SessionOpening.AtCap;
import dev.portcullis.auth.session.SessionOpening.Denied;
import dev.portcullis.auth.session.SessionOpening.HandshakesLimited;
import dev.portcullis.auth.session.SessionOpening.Opened;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxConfig.AckPer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link SessionStore}. */
public abstract class SessionStoreContract {
    private static final UserId ANN = new UserId("ann");
    private static final UserId BOB = new UserId("bob");
    private static final long KEPT = 86_400_000;
    private static final Optional<String> NO_LOGIN = Optional.empty();

    /** Of the revocations. */
    protected static final RevocationLimits LIMITS = new RevocationLimits(KEPT, 604_800_000, 20, 20);

    protected final SettableClock clock = new SettableClock(NOW);

    /** An empty store. */
    abstract SessionStore store(SessionsConfig config) throws Exception;

    /** The revocations of the store that was made last. */
    abstract RevocationStore revocations() throws Exception;

    public static SessionsConfig config(OnExceeded onExceeded, int handshakes) {
        return new SessionsConfig(5, onExceeded, handshakes, 100, 5_000, 2_000, 0, 86_400_000, 1_000, 1_000);
    }

    public static InboxConfig inboxes(AckPer ackPer) {
        return new InboxConfig(ackPer, 100, 16, 1_000);
    }

    @Test
    void session_beyond_the_cap_is_refused() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> five = openFive(store);

        SessionOpening sixth = open(store, session("ann"));

        assertThat(sixth).isEqualTo(new AtCap(new UserId("ann"), five));
        assertThat(of(store, ANN)).containsExactlyElementsOf(five);
    }

    @Test
    void sessions_of_one_user_do_not_count_for_another() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        openFive(store);

        assertThat(open(store, session("bob"))).isInstanceOf(Opened.class);
    }

    @Test
    void ended_session_frees_one_slot_even_if_ended_twice() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> five = openFive(store);

        end(store, five.get(2));
        end(store, five.get(2));
        done(store.end(new UserId("ann"), "never-was"));

        assertThat(open(store, session("ann"))).isInstanceOf(Opened.class);
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
        assertThat(of(store, ANN)).doesNotContain(five.get(2));
    }

    @Test
    void session_ends_with_its_token_without_a_report() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        openFive(store);

        clock.advance(3_599_999);
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
        clock.advance(1);
        assertThat(of(store, ANN)).isEmpty();
        assertThat(open(store, session("ann"))).isInstanceOf(Opened.class);
    }

    @Test
    void handshake_over_the_limit_is_granted_after_the_wait() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 3));
        for (int i = 0; i < 3; i++) {
            open(store, session("ann"));
            clock.advance(1_000);
        }

        assertThat(open(store, session("ann"))).isEqualTo(new HandshakesLimited(new UserId("ann"), 57_000));
        clock.advance(56_999);
        assertThat(open(store, session("ann"))).isEqualTo(new HandshakesLimited(new UserId("ann"), 1));
        clock.advance(1);
        assertThat(open(store, session("ann"))).isInstanceOf(Opened.class);
        assertThat(open(store, session("ann"))).isEqualTo(new HandshakesLimited(new UserId("ann"), 1_000));
    }

    @Test
    void limited_handshake_opens_no_session() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 5));
        List<Session> five = openFive(store);

        assertThat(open(store, session("ann"))).isInstanceOf(HandshakesLimited.class);
        assertThat(of(store, ANN)).containsExactlyElementsOf(five);
    }

    @Test
    void handshake_refused_for_the_cap_counts() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 6));
        openFive(store);

        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
        assertThat(open(store, session("ann"))).isInstanceOf(HandshakesLimited.class);
    }

    @Test
    void second_attempt_after_a_probe_does_not_count_again() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 6));
        List<Session> five = openFive(store);
        open(store, session("ann"));

        end(store, five.get(0));

        assertThat(done(store.open(session("ann"), HandshakeAttempt.RETRY))).isInstanceOf(Opened.class);
    }

    @Test
    void end_of_all_sessions_does_not_reset_the_handshake_count() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 5));
        for (Session session : openFive(store)) {
            end(store, session);
        }

        assertThat(open(store, session("ann"))).isInstanceOf(HandshakesLimited.class);
    }

    @Test
    void fifty_concurrent_handshakes_open_five_sessions() throws Exception {
        for (int round = 0; round < 20; round++) {
            SessionStore store = store(config(OnExceeded.REJECT, 1_000));

            List<SessionOpening> outcomes = openAtOnce(store, 50);

            assertThat(outcomes).filteredOn(Opened.class::isInstance).hasSize(5);
            assertThat(of(store, ANN)).hasSize(5);
        }
    }

    @Test
    void revoked_token_opens_no_session_and_its_sessions_are_not_live() throws Exception {
        SessionStore store = unlimited();
        Session first = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session other = opened(store, session("ann", "t2", NOW, Optional.of("login")));
        Session ofBob = opened(store, session("bob", "t1", NOW, NO_LOGIN));

        revoke(ANN, TokenScope.token("t1"));

        assertThat(of(store, ANN)).containsExactly(other);
        assertThat(of(store, BOB)).containsExactly(ofBob);
        assertThat(revokedOf(store, ANN)).containsExactly(first);
        assertThat(revokedOf(store, BOB)).isEmpty();
        assertThat(endedAmong(store, first, other, ofBob)).containsExactly(first.id());
        assertThat(open(store, session("ann", "t1", NOW, NO_LOGIN))).isEqualTo(new Denied(TokenDefect.REVOKED));
        assertThat(open(store, session("ann", "t3", NOW, NO_LOGIN))).isInstanceOf(Opened.class);

        revoke(ANN, TokenScope.family("login"));
        assertThat(revokedOf(store, ANN)).containsExactlyInAnyOrder(first, other);
        assertThat(open(store, session("ann", "t4", NOW, Optional.of("login"))))
                .isEqualTo(new Denied(TokenDefect.REVOKED));
    }

    /** Such a user has a row, with which each handshake is compared. */
    @Test
    void token_that_was_issued_after_a_revocation_of_its_user_opens_sessions() throws Exception {
        SessionStore store = unlimited();
        Session old = opened(store, session("ann", "t1", NOW - 1, NO_LOGIN));
        Session fresh = opened(store, session("ann", "t2", NOW, NO_LOGIN));

        revoke(ANN, TokenScope.issuedBefore(NOW));

        assertThat(revokedOf(store, ANN)).containsExactly(old);
        Session third = opened(store, session("ann", "t3", NOW, NO_LOGIN));
        assertThat(of(store, ANN)).containsExactlyInAnyOrder(fresh, third);
        assertThat(open(store, session("ann", "t4", NOW - 1, NO_LOGIN))).isEqualTo(new Denied(TokenDefect.REVOKED));
        assertThat(renew(store, fresh.renewed(claims("ann", "t5", NOW, NO_LOGIN), KEPT)))
                .isInstanceOf(SessionRenewal.Renewed.class);
    }

    @Test
    void revocation_without_a_user_holds_for_the_sessions_of_the_lane() throws Exception {
        SessionStore store = unlimited();
        Session first = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session other = opened(store, session("ann", "t2", NOW, NO_LOGIN));

        done(revocations().revokeInLane(first.lane(), TokenScope.token("t1")));

        assertThat(endedAmong(store, first, other))
                .as("what the sweep of the edges finds")
                .containsExactly(first.id());
        assertThat(of(store, ANN)).containsExactly(other);
        assertThat(open(store, session("ann", "t1", NOW, NO_LOGIN))).isEqualTo(new Denied(TokenDefect.REVOKED));
    }

    /** Else the holder of a stolen token could go on to use up the handshakes of its user. */
    @Test
    void handshake_with_a_revoked_token_does_not_count() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 1));
        revoke(ANN, TokenScope.token("t1"));

        assertThat(open(store, session("ann", "t1", NOW, NO_LOGIN))).isEqualTo(new Denied(TokenDefect.REVOKED));
        assertThat(open(store, session("ann", "t1", NOW, NO_LOGIN))).isEqualTo(new Denied(TokenDefect.REVOKED));

        assertThat(open(store, session("ann", "t2", NOW, NO_LOGIN))).isInstanceOf(Opened.class);
    }

    @Test
    void session_whose_token_is_revoked_is_not_renewed() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        revoke(ANN, TokenScope.token("t1"));

        assertThat(renew(store, session.renewed(claims("ann", "t2", NOW, NO_LOGIN), KEPT)))
                .isEqualTo(new SessionRenewal.Ended());

        assertThat(revokedOf(store, ANN)).containsExactly(session);
    }

    @Test
    void renewed_session_lives_with_its_new_token() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        clock.advance(3_000_000);

        Session renewed = session.renewed(claims("ann", "t2", NOW + 3_000_000, Optional.of("login")), 100_000_000);
        assertThat(renew(store, renewed)).isInstanceOf(SessionRenewal.Renewed.class);
        assertThat(renew(store, renewed)).isInstanceOf(SessionRenewal.Renewed.class);

        clock.advance(600_000); // past the end of the first token
        assertThat(of(store, ANN)).containsExactly(renewed);
        assertThat(find(store, session.id())).contains(renewed);
        revoke(ANN, TokenScope.token("t1"));
        assertThat(of(store, ANN)).as("its former token is another one").containsExactly(renewed);
        revoke(ANN, TokenScope.family("login"));
        assertThat(of(store, ANN)).isEmpty();
        assertThat(revokedOf(store, ANN)).containsExactly(renewed);
    }

    @Test
    void renewal_with_a_revoked_token_is_refused() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        revoke(ANN, TokenScope.token("t2"));

        assertThat(renew(store, session.renewed(claims("ann", "t2", NOW, NO_LOGIN), KEPT)))
                .isEqualTo(new SessionRenewal.Denied(TokenDefect.REVOKED));

        assertThat(of(store, ANN)).containsExactly(session);
    }

    @Test
    void ended_session_is_not_renewed() throws Exception {
        SessionStore store = unlimited();
        Session closed = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session revoked = opened(store, session("ann", "t2", NOW, NO_LOGIN));
        Session expired = opened(store, session("ann", "t3", NOW, NO_LOGIN));
        end(store, closed);
        revoke(ANN, TokenScope.token("t2"));
        TokenClaims fresh = claims("ann", "fresh", NOW + 3_600_000, NO_LOGIN);

        for (Session each : List.of(closed, revoked)) {
            assertThat(renew(store, each.renewed(fresh, KEPT))).isEqualTo(new SessionRenewal.Ended());
        }
        clock.advance(3_600_000);
        assertThat(renew(store, expired.renewed(fresh, KEPT))).isEqualTo(new SessionRenewal.Ended());
        assertThat(renew(store, session("ann", "t4", NOW, NO_LOGIN))).isEqualTo(new SessionRenewal.Ended());

        assertThat(of(store, ANN)).isEmpty();
    }

    @Test
    void session_is_found_by_its_id_while_it_lives() throws Exception {
        SessionStore store = unlimited();
        Session session = opened(store, session("ann", "t1", NOW, NO_LOGIN));
        Session revoked = opened(store, session("bob", "t2", NOW, NO_LOGIN));
        revoke(BOB, TokenScope.token("t2"));

        assertThat(find(store, session.id())).contains(session);
        assertThat(find(store, revoked.id())).isEmpty();
        for (String none : List.of("", "zz", session.id() + "x", SessionId.next(session.lane()), "0".repeat(24))) {
            assertThat(find(store, none)).as(none).isEmpty();
        }
        end(store, session);
        assertThat(find(store, session.id())).isEmpty();
    }

    /** A revocation and reconnects at the same time: once it has completed, no session begins with its token. */
    @Test
    void no_session_begins_after_a_revocation_that_races_with_it() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            SessionStore store = unlimited();
            for (int round = 0; round < 100; round++) {
                String token = "race" + round;
                CompletableFuture<Void> begin = new CompletableFuture<>();
                Set<Session> registered = ConcurrentHashMap.newKeySet();
                List<Future<?>> opening = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    opening.add(threads.submit(() -> {
                        begin.join();
                        for (int attempt = 0; attempt < 5; attempt++) {
                            Session session = session("ann", token, NOW, Optional.of("login" + token));
                            if (open(store, session) instanceof Opened) {
                                registered.add(session);
                            }
                        }
                        return null;
                    }));
                }
                begin.complete(null);
                revoke(ANN, round % 2 == 0 ? TokenScope.token(token) : TokenScope.family("login" + token));
                Set<Session> begun = revokedOf(store, ANN);
                assertThat(of(store, ANN)).as("when it has completed").isEmpty();
                for (Future<?> each : opening) {
                    each.get(30, TimeUnit.SECONDS);
                }
                assertThat(begun).as("no other one began").containsAll(registered);
                assertThat(revokedOf(store, ANN)).as("and ever after").isEqualTo(registered);
                for (Session each : registered) {
                    end(store, each);
                }
                clock.advance(1);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    protected Session session(String user) {
        return Session.open(
                TestClaims.of(user),
                Credentials.message("t", "192.0.2.1", new SessionOwner("n", "n:1", 0), "test"),
                clock.getAsLong());
    }

    protected static SessionOpening open(SessionStore store, Session session) throws Exception {
        return done(store.open(session, HandshakeAttempt.FIRST));
    }

    protected static void end(SessionStore store, Session session) throws Exception {
        done(store.end(session.sender().userId(), session.id()));
    }

    protected List<Session> openFive(SessionStore store) throws Exception {
        List<Session> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Session session = session("ann");
            assertThat(open(store, session)).isInstanceOf(Opened.class);
            five.add(session);
        }
        return five;
    }

    private List<SessionOpening> openAtOnce(SessionStore store, int count) throws Exception {
        return openAtOnce(List.of(store), count);
    }

    /** Uses the stores in turn; they share one set of sessions. */
    protected List<SessionOpening> openAtOnce(List<SessionStore> stores, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<SessionOpening>> requests = IntStream.range(0, count)
                    .mapToObj(i -> (Callable<SessionOpening>) () -> open(stores.get(i % stores.size()), session("ann")))
                    .toList();
            List<SessionOpening> outcomes = new ArrayList<>();
            for (Future<SessionOpening> each : threads.invokeAll(requests)) {
                outcomes.add(each.get());
            }
            return outcomes;
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
        assertThat(open(store, session)).isInstanceOf(Opened.class);
        return session;
    }

    protected void revoke(UserId user, TokenScope scope) throws Exception {
        done(revocations().revoke(user, scope));
    }

    private static SessionRenewal renew(SessionStore store, Session session) throws Exception {
        return done(store.renew(session));
    }

    private static Optional<Session> find(SessionStore store, String id) throws Exception {
        return done(store.find(id));
    }

    private static Set<String> endedAmong(SessionStore store, Session... sessions) throws Exception {
        return done(store.endedAmong(List.of(sessions), LeaseTimeout.NORMAL));
    }

    protected static Set<Session> revokedOf(SessionStore store, UserId user) throws Exception {
        return done(store.revokedOf(user));
    }

    private static List<Session> of(SessionStore store, UserId user) throws Exception {
        return done(store.ofUser(user));
    }
}
