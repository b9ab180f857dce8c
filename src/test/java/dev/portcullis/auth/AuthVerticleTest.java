package dev.portcullis.auth;

import static dev.portcullis.auth.Tokens.HEADER;
import static dev.portcullis.auth.Tokens.NOW;
import static dev.portcullis.auth.Tokens.claims;
import static dev.portcullis.auth.Tokens.signed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.Cutoff.Cause;
import dev.portcullis.auth.Opening.Denied;
import dev.portcullis.auth.Opening.HandshakesLimited;
import dev.portcullis.auth.Opening.Opened;
import dev.portcullis.auth.Opening.TooManySessions;
import dev.portcullis.auth.SessionsConfig.OnExceeded;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.protocol.AuthRefusal;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.Retention;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuthVerticleTest {
    private static final String TOKEN = signed(HEADER, claims(""));
    private static final int PROBE_MS = 100;

    private final SettableClock clock = new SettableClock(NOW);
    private final CutoffLog cutoffLog = new CutoffLog();
    private Vertx vertx;
    private Bus bus;
    private SessionStore store = new EmbeddedSessionStore(SessionStoreContract.config(OnExceeded.REJECT, 30), clock);
    private Authenticator authenticator;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        bus = new Bus(vertx, "node", new BusConfig(2_000, 1_000));
        authenticator = new Authenticator(vertx, bus);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().await(5, TimeUnit.SECONDS);
    }

    @Test
    void a_good_token_opens_a_session() throws Exception {
        deploy(OnExceeded.REJECT);

        Session session = opened(open(TOKEN));

        assertThat(session.sender().userId()).isEqualTo(new UserId("ann"));
        assertThat(session.expiresAt()).isEqualTo(NOW + 3_600_000);
        assertThat(session.openedAt()).isEqualTo(NOW);
        assertThat(session.edge()).isEqualTo(3);
        assertThat(session.address()).isEqualTo("192.0.2.1");
        assertThat(sessions()).containsExactly(session);
    }

    @Test
    void a_bad_token_opens_nothing_and_says_why() throws Exception {
        deploy(OnExceeded.REJECT);
        clock.advance(3_600_000);

        assertThat(open("no token")).isEqualTo(new Denied(AuthRefusal.INVALID_TOKEN));
        assertThat(open(TOKEN)).isEqualTo(new Denied(AuthRefusal.EXPIRED_TOKEN));
        assertThat(sessions()).isEmpty();
    }

    @Test
    void a_token_is_proven_without_opening_anything() throws Exception {
        deploy(OnExceeded.REJECT);

        Proof proof = authenticator.prove(TOKEN).await(5, TimeUnit.SECONDS);

        assertThat(proof.fold(claims -> claims.userId().value(), AuthRefusal::word))
                .isEqualTo("ann");
        assertThat(authenticator.prove("x.y.z").await(5, TimeUnit.SECONDS))
                .isEqualTo(Proof.unproven(AuthRefusal.INVALID_TOKEN));
        assertThat(sessions()).isEmpty();
    }

    @Test
    void the_sixth_session_is_refused_until_one_has_ended() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();

        assertThat(open(TOKEN)).isEqualTo(new TooManySessions());
        authenticator.end(five.get(0).id()).await(5, TimeUnit.SECONDS);
        opened(open(TOKEN));

        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void fifty_knocks_at_once_open_five_sessions() throws Exception {
        deploy(OnExceeded.REJECT, 1_000);

        List<Future<Opening>> knocks = IntStream.range(0, 50)
                .mapToObj(i -> authenticator.open(credentials(signed(HEADER, claims(",\"jti\":\"" + i + "\"")))))
                .toList();
        Future.all(knocks).await(5, TimeUnit.SECONDS);

        assertThat(knocks.stream().map(Future::result))
                .filteredOn(Opened.class::isInstance)
                .hasSize(5);
        assertThat(sessions()).hasSize(5);
    }

    @Test
    void the_oldest_gives_way_and_every_edge_can_learn_of_it() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST);
        Promise<Cutoff> told = Promise.promise();
        bus.hear(Cutoff.NOTICE, 3, told::complete).await(5, TimeUnit.SECONDS);
        List<Session> five = openFive();

        Session sixth = opened(open(TOKEN));

        Cutoff cutoff = new Cutoff(five.get(0).id(), Cause.EVICTED);
        assertThat(cutoffLog.cutoffs()).containsExactly(cutoff);
        assertThat(sessions()).hasSize(5).contains(sixth).doesNotContain(five.get(0));
        assertThat(told.future().await(5, TimeUnit.SECONDS)).isEqualTo(cutoff);
    }

    @Test
    void nobody_takes_a_place_while_the_evicted_one_can_not_be_cut_off() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST);
        List<Session> five = openFive();
        cutoffLog.breakDown();

        assertThatThrownBy(() -> open(TOKEN)).isInstanceOf(BusFailure.class);

        assertThat(sessions()).containsExactlyElementsOf(five.subList(1, 5));
    }

    @Test
    void ghosts_lock_nobody_out() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        FakeEdge edge = new FakeEdge(
                Set.of(five.get(1).id(), five.get(3).id()), Set.of(five.get(3).id()));
        bus.answer(Probe.QUESTION, 3, edge::answer).await(5, TimeUnit.SECONDS);

        Session sixth = opened(open(TOKEN));

        assertThat(edge.probes).extracting(Probe::silenceMs).containsExactly(5_000L, 5_000L + PROBE_MS);
        assertThat(edge.probes.get(1).sessionIds())
                .containsExactly(five.get(1).id(), five.get(3).id());
        assertThat(cutoffLog.cutoffs()).containsExactly(new Cutoff(five.get(3).id(), Cause.SILENT));
        assertThat(sessions()).hasSize(5).contains(sixth).doesNotContain(five.get(3));
    }

    @Test
    void a_quiet_session_that_answers_its_ping_keeps_its_place() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        FakeEdge edge = new FakeEdge(Set.of(five.get(1).id()), Set.of());
        bus.answer(Probe.QUESTION, 3, edge::answer).await(5, TimeUnit.SECONDS);

        assertThat(open(TOKEN)).isEqualTo(new TooManySessions());

        assertThat(sessions()).containsExactlyElementsOf(five);
        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void sessions_that_have_just_begun_are_not_suspected() throws Exception {
        deploy(OnExceeded.REJECT);
        openFive();
        clock.advance(4_999);
        FakeEdge edge = new FakeEdge(Set.of(), Set.of());
        bus.answer(Probe.QUESTION, 3, edge::answer).await(5, TimeUnit.SECONDS);

        assertThat(open(TOKEN)).isEqualTo(new TooManySessions());

        assertThat(edge.probes).isEmpty();
    }

    @Test
    void an_edge_that_does_not_answer_makes_no_ghosts() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);

        assertThat(open(TOKEN)).as("nobody there").isEqualTo(new TooManySessions());
        bus.answer(Probe.QUESTION, 3, probe -> Promise.<Silent>promise().future())
                .await(5, TimeUnit.SECONDS);
        assertThat(open(TOKEN)).as("there but stuck").isEqualTo(new TooManySessions());

        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    @Test
    void an_edge_names_only_what_it_was_asked_about() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        FakeEdge edge = new FakeEdge(Set.of("another", five.get(0).id()), Set.of("another"));
        bus.answer(Probe.QUESTION, 3, edge::answer).await(5, TimeUnit.SECONDS);

        assertThat(open(TOKEN)).isEqualTo(new TooManySessions());

        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void a_ghost_stays_until_it_is_sure_to_be_cut_off() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        Set<String> all = Set.of(five.get(0).id());
        bus.answer(Probe.QUESTION, 3, new FakeEdge(all, all)::answer).await(5, TimeUnit.SECONDS);
        cutoffLog.breakDown();

        assertThatThrownBy(() -> open(TOKEN)).isInstanceOf(BusFailure.class);

        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    @Test
    void too_many_handshakes_are_told_how_long_to_wait() throws Exception {
        deploy(OnExceeded.EVICT_OLDEST, 2);
        opened(open(TOKEN));
        clock.advance(10_000);
        opened(open(TOKEN));

        assertThat(open(TOKEN)).isEqualTo(new HandshakesLimited(50_000));
    }

    @Test
    void a_bad_token_is_no_handshake_of_its_user() throws Exception {
        deploy(OnExceeded.REJECT, 1);
        String forged = signed(HEADER, claims(""), "another secret, also of 32 bytes or so");
        for (int i = 0; i < 10; i++) {
            open(forged);
        }

        opened(open(TOKEN));
    }

    @Test
    void without_the_stage_nothing_opens() {
        assertThatThrownBy(() -> open(TOKEN))
                .isInstanceOfSatisfying(
                        BusFailure.class, failure -> assertThat(failure.kind()).isEqualTo(BusFailure.Kind.NOBODY));
    }

    @Test
    void no_token_is_ever_printed() {
        assertThat(credentials(TOKEN).toString()).doesNotContain(TOKEN);
        assertThat(new Knock(credentials(TOKEN), List.of()).toString()).doesNotContain(TOKEN);
        assertThat(new Authenticator.Claim(TOKEN).toString()).doesNotContain(TOKEN);
    }

    /** Answers the first probe and the second, and remembers both. */
    private static final class FakeEdge {
        private final List<Probe> probes = new ArrayList<>();
        private final Set<String> first;
        private final Set<String> second;

        FakeEdge(Set<String> first, Set<String> second) {
            this.first = first;
            this.second = second;
        }

        synchronized Future<Silent> answer(Probe probe) {
            probes.add(probe);
            return Future.succeededFuture(new Silent(probes.size() == 1 ? first : second));
        }
    }

    private void deploy(OnExceeded onExceeded) throws Exception {
        deploy(onExceeded, 30);
    }

    private void deploy(OnExceeded onExceeded, int handshakes) throws Exception {
        SessionsConfig sessions = new SessionsConfig(5, onExceeded, handshakes, 1_000, 5_000, PROBE_MS);
        store = new EmbeddedSessionStore(sessions, clock);
        Cutoffs cutoffs = new Cutoffs(cutoffLog, new Retention(100, 60_000), bus, clock);
        for (int instance = 0; instance < 2; instance++) {
            vertx.deployVerticle(new AuthVerticle(
                            instance, bus, store, cutoffs, Tokens.config(Tokens.issuer()), sessions, clock))
                    .await(5, TimeUnit.SECONDS);
        }
    }

    private static Credentials credentials(String token) {
        return new Credentials(token, "192.0.2.1", 3, "test");
    }

    private Opening open(String token) throws Exception {
        return authenticator.open(credentials(token)).await(5, TimeUnit.SECONDS);
    }

    private static Session opened(Opening opening) {
        assertThat(opening).isInstanceOf(Opened.class);
        return ((Opened) opening).session();
    }

    private List<Session> openFive() throws Exception {
        List<Session> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            five.add(opened(open(TOKEN)));
        }
        return five;
    }

    private List<Session> sessions() throws Exception {
        return store.ofUser(new UserId("ann")).await(5, TimeUnit.SECONDS);
    }
}
