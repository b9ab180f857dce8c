package dev.portcullis.auth.login;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.AuthStage;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.RedisSessions;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOpening.Probing;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions on nodes whose edges don't answer: only their leases tell whether they live. */
class GhostSessionsElsewhereTest extends AuthStage {
    private static final UserId ANN = new UserId("ann");
    private static final String ELSEWHERE = "elsewhere:1";
    private static RedisSessions redis;

    @BeforeAll
    static void startRedis() throws Exception {
        redis = RedisSessions.alone();
    }

    @AfterAll
    static void stopRedis() throws Exception {
        redis.close();
    }

    @BeforeEach
    void bothNodesLive() throws Exception {
        redis.clear();
        renew(ELSEWHERE);
        renew(NODE + ":1");
        deploy(OnExceeded.REJECT);
    }

    @Override
    public SessionStore storeFor(SessionsConfig sessions) throws Exception {
        return redis.store(sessions, LIMITS, clock);
    }

    @Override
    public RevocationStore revocations() throws Exception {
        return redis.revocations(LIMITS, clock);
    }

    @Test
    void sessions_of_a_dead_node_are_ended_after_a_probe() throws Exception {
        List<Session> five = openElsewhere(5);
        advance(5_000);
        renew(ELSEWHERE); // for the last time

        Probing retry = retryOf(requestSession(List.of()));
        assertThat(retry.suspects()).containsExactlyInAnyOrderElementsOf(five);
        assertThat(retry.waitMs()).isEqualTo(3_000);
        advance(retry.waitMs() + 1);

        Session sixth = opened(requestSession(retry.suspects()));
        assertThat(sessions()).containsExactly(sixth);
        assertThat(cutoffLog.cutoffs())
                .as("a node that was only paused must close them when it resumes")
                .containsExactlyInAnyOrderElementsOf(five.stream()
                        .map(each -> new SessionEnded(each.id(), Cause.UNRESPONSIVE))
                        .toList());
    }

    @Test
    void young_sessions_of_a_dead_node_are_ended_after_a_probe() throws Exception {
        List<Session> five = openElsewhere(5);
        advance(1_000);
        renew(ELSEWHERE); // for the last time

        Probing retry = retryOf(requestSession(List.of()));
        assertThat(retry.suspects()).containsExactlyInAnyOrderElementsOf(five);
        advance(retry.waitMs() + 1);

        Session sixth = opened(requestSession(retry.suspects()));
        assertThat(sessions()).containsExactly(sixth);
    }

    @Test
    void node_that_was_only_unreachable_keeps_its_sessions() throws Exception {
        List<Session> five = openElsewhere(5);
        advance(5_000);

        List<Session> suspects = retryOf(requestSession(List.of())).suspects();
        advance(3_001);
        renew(ELSEWHERE);

        assertIsToldToComeAgain(suspects);
        assertThat(sessions()).containsExactlyElementsOf(five);
        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void no_session_ends_for_silence_during_a_store_outage() throws Exception {
        List<Session> five = openElsewhere(5);
        advance(5_000);
        List<Session> suspects = retryOf(requestSession(List.of())).suspects();

        clock.advance(20_000);

        assertIsToldToComeAgain(suspects);
        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    @Test
    void client_gets_the_final_refusal_where_an_edge_has_all_sessions() throws Exception {
        done(bus.answer(LivenessProbe.QUESTION, 3, probe -> Future.succeededFuture(new LivenessProbe.Reply(Set.of()))));
        for (int i = 0; i < 5; i++) {
            opened(open(TOKEN));
        }
        advance(5_000);
        assertThat(AuthStage.cappedUser(requestSession(List.of()))).isEqualTo(ANN);
    }

    /** A final refusal would keep out a user whose sessions have all ended. */
    private void assertIsToldToComeAgain(List<Session> suspects) {
        assertThatThrownBy(() -> requestSession(suspects)).isInstanceOf(BusFailure.class);
    }

    @Test
    void sessions_without_a_held_lease_need_no_probe() throws Exception {
        openElsewhere(5);
        advance(10_001);

        opened(requestSession(List.of()));
    }

    @Test
    void half_open_sessions_on_two_nodes_are_ended_after_a_probe() throws Exception {
        List<Session> ghosts = new ArrayList<>(openElsewhere(2));
        ghosts.add(opened(open(TOKEN)));
        ghosts.add(opened(open(TOKEN)));
        ghosts.add(opened(open(TOKEN)));
        advance(5_000);
        done(bus.answer(
                LivenessProbe.QUESTION,
                3,
                probe -> Future.succeededFuture(new LivenessProbe.Reply(Set.copyOf(probe.sessionIds())))));

        Probing retry = retryOf(requestSession(List.of()));
        assertThat(retry.suspects()).containsExactlyInAnyOrderElementsOf(ghosts);
        advance(retry.waitMs() + 1);

        Session sixth = opened(requestSession(retry.suspects()));
        assertThat(sessions()).containsExactly(sixth);
    }

    @Test
    void authenticator_waits_for_the_early_lease_timeout() throws Exception {
        openElsewhere(5);
        advance(5_000);
        clock.advance(-3_001); // so that three seconds have passed at the second request
        renew(ELSEWHERE);
        clock.advance(3_001);
        renew(NODE + ":1");

        long began = System.nanoTime();
        opened(open(TOKEN));

        assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2_900));
    }

    @Test
    void authenticator_restores_sessions_and_finds_ended_ones() throws Exception {
        List<Session> sessions = IntStream.range(0, 250)
                .mapToObj(i -> Session.open(TestClaims.of("user" + i), elsewhere(), clock.getAsLong()))
                .toList();

        assertThat(done(authenticator.endedAmong(sessions))).hasSize(250);
        done(authenticator.restore(sessions));
        assertThat(done(authenticator.endedAmong(sessions))).isEmpty();

        done(authenticator.end(new UserId("user7"), sessions.get(7).id()));
        done(authenticator.restore(sessions));
        assertThat(done(authenticator.endedAmong(sessions)))
                .containsExactly(sessions.get(7).id());
        assertThat(done(authenticator.endedAmong(List.of()))).isEmpty();
    }

    @Test
    void authenticator_republishes_cut_offs() throws Exception {
        List<Cutoff> many = IntStream.range(0, 250)
                .<Cutoff>mapToObj(i -> i % 3 == 0
                        ? TokenRevoked.token("t" + i, Optional.empty())
                        : new SessionEnded("s" + i, Cause.EVICTED))
                .toList();

        done(authenticator.republish(17, many));

        assertThat(cutoffLog.cutoffs()).containsExactlyInAnyOrderElementsOf(many);
    }

    /** Lets time pass while this node renews its lease. */
    private void advance(long millis) throws Exception {
        clock.advance(millis);
        renew(NODE + ":1");
    }

    private void renew(String incarnation) throws Exception {
        redis.renew(ANN, incarnation, clock.getAsLong());
    }

    private static Credentials elsewhere() {
        return Credentials.message(TOKEN, "192.0.2.1", new SessionOwner("elsewhere", ELSEWHERE, 0), "test");
    }

    private List<Session> openElsewhere(int count) throws Exception {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(opened(done(authenticator.open(elsewhere()))));
        }
        return sessions;
    }

    private SessionOpening requestSession(List<Session> suspects) throws Exception {
        return done(bus.ask(Authenticator.OPEN, new OpenSessionRequest(credentials(TOKEN), suspects, 0)));
    }

    private static Probing retryOf(SessionOpening reply) {
        assertThat(reply).isInstanceOf(Probing.class);
        return (Probing) reply;
    }
}
