package dev.portcullis.auth.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.AuthStage;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.login.OpenSessionReply.Final;
import dev.portcullis.auth.login.OpenSessionReply.RetryAfterProbe;
import dev.portcullis.auth.login.OpenSessionResult.TooManySessions;
import dev.portcullis.auth.revocation.Cutoff;
import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.RedisSessions;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionsConfig;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions on nodes that can't be asked: their leases are all there is to see. */
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
        return redis.store(sessions, clock);
    }

    @Test
    void a_node_that_dies_locks_none_of_its_users_out() throws Exception {
        List<Session> five = openElsewhere(5);
        grow(5_000);
        renew(ELSEWHERE); // its last sign of life

        RetryAfterProbe retryAfterProbe = probing(knock(List.of()));
        assertThat(retryAfterProbe.suspects()).containsExactlyInAnyOrderElementsOf(five);
        assertThat(retryAfterProbe.waitMs()).isEqualTo(3_000);
        grow(retryAfterProbe.waitMs() + 1);

        Session sixth = opened(settled(knock(retryAfterProbe.suspects())));
        assertThat(sessions()).containsExactly(sixth);
        assertThat(cutoffLog.cutoffs())
                .as("should it only have been stopped, it must close them when it wakes")
                .containsExactlyInAnyOrderElementsOf(five.stream()
                        .map(each -> new Cutoff(each.id(), Cause.UNRESPONSIVE))
                        .toList());
    }

    @Test
    void a_node_that_dies_with_young_sessions_locks_none_of_its_users_out() throws Exception {
        List<Session> five = openElsewhere(5);
        grow(1_000);
        renew(ELSEWHERE); // its last sign of life

        RetryAfterProbe retryAfterProbe = probing(knock(List.of()));
        assertThat(retryAfterProbe.suspects()).containsExactlyInAnyOrderElementsOf(five);
        grow(retryAfterProbe.waitMs() + 1);

        Session sixth = opened(settled(knock(retryAfterProbe.suspects())));
        assertThat(sessions()).containsExactly(sixth);
    }

    @Test
    void a_node_that_was_only_out_of_reach_keeps_its_sessions() throws Exception {
        List<Session> five = openElsewhere(5);
        grow(5_000);

        List<Session> suspects = probing(knock(List.of())).suspects();
        grow(3_001);
        renew(ELSEWHERE);

        assertThat(settled(knock(suspects))).isEqualTo(new TooManySessions());
        assertThat(sessions()).containsExactlyElementsOf(five);
        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void while_the_store_was_away_no_silence_counts() throws Exception {
        List<Session> five = openElsewhere(5);
        grow(5_000);
        List<Session> suspects = probing(knock(List.of())).suspects();

        clock.advance(20_000);

        assertThat(settled(knock(suspects))).isEqualTo(new TooManySessions());
        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    @Test
    void a_node_that_never_came_back_needs_no_probe_once_its_lease_has_lapsed() throws Exception {
        openElsewhere(5);
        grow(10_001);

        opened(settled(knock(List.of())));
    }

    @Test
    void five_half_open_sockets_here_and_elsewhere_lock_nobody_out() throws Exception {
        List<Session> ghosts = new ArrayList<>(openElsewhere(2));
        ghosts.add(opened(open(TOKEN)));
        ghosts.add(opened(open(TOKEN)));
        ghosts.add(opened(open(TOKEN)));
        grow(5_000);
        bus.answer(
                        LivenessProbe.QUESTION,
                        3,
                        probe -> Future.succeededFuture(new LivenessProbe.Reply(Set.copyOf(probe.sessionIds()))))
                .await(30, TimeUnit.SECONDS);

        RetryAfterProbe retryAfterProbe = probing(knock(List.of()));
        assertThat(retryAfterProbe.suspects()).containsExactlyInAnyOrderElementsOf(ghosts);
        grow(retryAfterProbe.waitMs() + 1);

        Session sixth = opened(settled(knock(retryAfterProbe.suspects())));
        assertThat(sessions()).containsExactly(sixth);
    }

    @Test
    void the_door_waits_for_what_a_lease_can_show() throws Exception {
        openElsewhere(5);
        grow(5_000);
        clock.advance(-3_001); // so that those three seconds have passed when it knocks again
        renew(ELSEWHERE);
        clock.advance(3_001);
        renew(NODE + ":1");

        long began = System.nanoTime();
        opened(open(TOKEN));

        assertThat(System.nanoTime() - began).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(2_900));
    }

    @Test
    void a_node_can_say_its_sessions_again_and_ask_who_is_dead() throws Exception {
        List<Session> crowd = IntStream.range(0, 250)
                .mapToObj(i -> Session.open(TestClaims.of("user" + i), elsewhere(), clock.getAsLong()))
                .toList();

        assertThat(authenticator.endedAmong(crowd).await(30, TimeUnit.SECONDS)).hasSize(250);
        authenticator.restore(crowd).await(30, TimeUnit.SECONDS);
        assertThat(authenticator.endedAmong(crowd).await(30, TimeUnit.SECONDS)).isEmpty();

        authenticator.end(new UserId("user7"), crowd.get(7).id()).await(30, TimeUnit.SECONDS);
        authenticator.restore(crowd).await(30, TimeUnit.SECONDS);
        assertThat(authenticator.endedAmong(crowd).await(30, TimeUnit.SECONDS))
                .containsExactly(crowd.get(7).id());
        assertThat(authenticator.endedAmong(List.of()).await(30, TimeUnit.SECONDS))
                .isEmpty();
    }

    @Test
    void cut_offs_are_said_again_through_the_door() throws Exception {
        List<Cutoff> many = IntStream.range(0, 250)
                .mapToObj(i -> new Cutoff("s" + i, Cause.EVICTED))
                .toList();

        authenticator.republish(17, many).await(30, TimeUnit.SECONDS);

        assertThat(cutoffLog.cutoffs()).containsExactlyElementsOf(many);
    }

    /** Time passes, and this node lives. */
    private void grow(long millis) throws Exception {
        clock.advance(millis);
        renew(NODE + ":1");
    }

    private void renew(String incarnation) throws Exception {
        redis.renew(ANN, incarnation, clock.getAsLong());
    }

    private static Credentials elsewhere() {
        return new Credentials(TOKEN, "192.0.2.1", new SessionOwner("elsewhere", ELSEWHERE, 0), "test");
    }

    private List<Session> openElsewhere(int count) throws Exception {
        List<Session> sessions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sessions.add(opened(authenticator.open(elsewhere()).await(30, TimeUnit.SECONDS)));
        }
        return sessions;
    }

    private OpenSessionReply knock(List<Session> suspects) throws Exception {
        return bus.ask(Authenticator.OPEN, new OpenSessionRequest(credentials(TOKEN), suspects, 0))
                .await(30, TimeUnit.SECONDS);
    }

    private static RetryAfterProbe probing(OpenSessionReply reply) {
        assertThat(reply).isInstanceOf(RetryAfterProbe.class);
        return (RetryAfterProbe) reply;
    }

    private static OpenSessionResult settled(OpenSessionReply reply) {
        assertThat(reply).isInstanceOf(Final.class);
        return ((Final) reply).result();
    }
}
