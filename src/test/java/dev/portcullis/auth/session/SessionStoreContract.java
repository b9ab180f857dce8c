package dev.portcullis.auth.session;

import static dev.portcullis.auth.token.Tokens.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.SettableClock;
import dev.portcullis.auth.session.RegistrationResult.AtCap;
import dev.portcullis.auth.session.RegistrationResult.HandshakesLimited;
import dev.portcullis.auth.session.RegistrationResult.Registered;
import dev.portcullis.auth.session.SessionStore.HandshakeAttempt;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract of every {@link SessionStore}. */
public abstract class SessionStoreContract {
    private static final UserId ANN = new UserId("ann");

    protected final SettableClock clock = new SettableClock(NOW);

    /** An empty store. */
    abstract SessionStore store(SessionsConfig config) throws Exception;

    /** The revocations of the store that was made last. */
    abstract RevocationStore revocations() throws Exception;

    public static SessionsConfig config(OnExceeded onExceeded, int handshakes) {
        return new SessionsConfig(5, onExceeded, handshakes, 100, 5_000, 2_000, 0, 86_400_000, 1_000, 1_000);
    }

    @Test
    void session_beyond_the_cap_is_refused() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> five = openFive(store);

        RegistrationResult sixth = open(store, session("ann"));

        assertThat(sixth).isEqualTo(new AtCap(five));
        assertThat(ofAnn(store)).containsExactlyElementsOf(five);
    }

    @Test
    void sessions_of_one_user_do_not_count_for_another() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        openFive(store);

        assertThat(open(store, session("bob"))).isEqualTo(new Registered());
    }

    @Test
    void ended_session_frees_one_slot_even_if_ended_twice() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        List<Session> five = openFive(store);

        end(store, five.get(2));
        end(store, five.get(2));
        store.end(new UserId("ann"), "never-was").await(30, TimeUnit.SECONDS);

        assertThat(open(store, session("ann"))).isInstanceOf(Registered.class);
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
        assertThat(ofAnn(store)).doesNotContain(five.get(2));
    }

    @Test
    void session_ends_with_its_token_without_a_report() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 30));
        openFive(store);

        clock.advance(3_599_999);
        assertThat(open(store, session("ann"))).isInstanceOf(AtCap.class);
        clock.advance(1);
        assertThat(ofAnn(store)).isEmpty();
        assertThat(open(store, session("ann"))).isInstanceOf(Registered.class);
    }

    @Test
    void handshake_over_the_limit_is_granted_after_the_wait() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 3));
        for (int i = 0; i < 3; i++) {
            open(store, session("ann"));
            clock.advance(1_000);
        }

        assertThat(open(store, session("ann"))).isEqualTo(new HandshakesLimited(57_000));
        clock.advance(56_999);
        assertThat(open(store, session("ann"))).isEqualTo(new HandshakesLimited(1));
        clock.advance(1);
        assertThat(open(store, session("ann"))).isInstanceOf(Registered.class);
        assertThat(open(store, session("ann"))).isEqualTo(new HandshakesLimited(1_000));
    }

    @Test
    void limited_handshake_opens_no_session() throws Exception {
        SessionStore store = store(config(OnExceeded.REJECT, 5));
        List<Session> five = openFive(store);

        assertThat(open(store, session("ann"))).isInstanceOf(HandshakesLimited.class);
        assertThat(ofAnn(store)).containsExactlyElementsOf(five);
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

        assertThat(store.open(session("ann"), HandshakeAttempt.RETRY).await(30, TimeUnit.SECONDS))
                .isInstanceOf(Registered.class);
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

            List<RegistrationResult> outcomes = openAtOnce(store, 50);

            assertThat(outcomes).filteredOn(Registered.class::isInstance).hasSize(5);
            assertThat(ofAnn(store)).hasSize(5);
        }
    }

    protected Session session(String user) {
        return Session.open(
                TestClaims.of(user),
                Credentials.message("t", "192.0.2.1", new SessionOwner("n", "n:1", 0), "test"),
                clock.getAsLong());
    }

    protected static RegistrationResult open(SessionStore store, Session session) throws Exception {
        return store.open(session, HandshakeAttempt.FIRST).await(30, TimeUnit.SECONDS);
    }

    protected static void end(SessionStore store, Session session) throws Exception {
        store.end(session.sender().userId(), session.id()).await(30, TimeUnit.SECONDS);
    }

    protected List<Session> openFive(SessionStore store) throws Exception {
        List<Session> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Session session = session("ann");
            assertThat(open(store, session)).isEqualTo(new Registered());
            five.add(session);
        }
        return five;
    }

    private List<RegistrationResult> openAtOnce(SessionStore store, int count) throws Exception {
        return openAtOnce(List.of(store), count);
    }

    /** Uses the stores in turn; they share one set of sessions. */
    protected List<RegistrationResult> openAtOnce(List<SessionStore> stores, int count) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<RegistrationResult>> requests = IntStream.range(0, count)
                    .mapToObj(i ->
                            (Callable<RegistrationResult>) () -> open(stores.get(i % stores.size()), session("ann")))
                    .toList();
            List<RegistrationResult> outcomes = new ArrayList<>();
            for (Future<RegistrationResult> each : threads.invokeAll(requests)) {
                outcomes.add(each.get());
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Session> ofAnn(SessionStore store) throws Exception {
        return store.ofUser(ANN).await(30, TimeUnit.SECONDS);
    }
}
