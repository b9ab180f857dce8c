package dev.portcullis.auth.login;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.auth.AuthStage;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOpening.Probing;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded.Cause;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GhostSessionsTest extends AuthStage {
    @Test
    void ghost_that_does_not_answer_its_ping_is_ended() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        FakeEdge edge = new FakeEdge(
                Set.of(five.get(1).id(), five.get(3).id()), Set.of(five.get(3).id()));
        done(bus.answer(LivenessProbe.QUESTION, 3, edge::answer));

        Session sixth = opened(open(TOKEN));

        assertThat(edge.probes).extracting(LivenessProbe::suspectAfterMs).containsExactly(5_000L, 5_000L + PROBE_MS);
        assertThat(edge.probes.get(1).sessionIds())
                .containsExactly(five.get(1).id(), five.get(3).id());
        assertThat(cutoffLog.cutoffs())
                .containsExactly(new SessionEnded(five.get(3).id(), Cause.UNRESPONSIVE));
        assertThat(sessions()).hasSize(5).contains(sixth).doesNotContain(five.get(3));
    }

    @Test
    void silent_session_that_answers_its_ping_stays() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        FakeEdge edge = new FakeEdge(Set.of(five.get(1).id()), Set.of());
        done(bus.answer(LivenessProbe.QUESTION, 3, edge::answer));

        assertThat(AuthStage.cappedUser(open(TOKEN))).isEqualTo(new UserId("ann"));

        assertThat(sessions()).containsExactlyElementsOf(five);
        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void young_sessions_are_not_pinged() throws Exception {
        deploy(OnExceeded.REJECT);
        openFive();
        clock.advance(4_999);
        FakeEdge edge = new FakeEdge(Set.of(), Set.of());
        done(bus.answer(LivenessProbe.QUESTION, 3, edge::answer));

        assertThat(AuthStage.cappedUser(open(TOKEN))).isEqualTo(new UserId("ann"));

        assertThat(edge.probes)
                .as("only asked whether its edge has each of them")
                .extracting(LivenessProbe::suspectAfterMs)
                .containsExactly(Long.MAX_VALUE);
    }

    /** Its end is on its way to the store while the client connects again. */
    @Test
    void young_session_that_ends_just_then_does_not_count() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();

        SessionOpening first =
                done(bus.ask(Authenticator.OPEN, new OpenSessionRequest(credentials(TOKEN), List.of(), 0)));
        List<Session> young = ((Probing) first).suspects();
        assertThat(young).containsExactlyElementsOf(five);
        done(authenticator.end(new UserId("ann"), five.get(0).id()));

        SessionOpening second = done(bus.ask(Authenticator.OPEN, new OpenSessionRequest(credentials(TOKEN), young, 0)));
        opened(second);
    }

    /** While the store does not answer, the end of a session does not reach it. A tab that is reloaded must be let in then. */
    @Test
    void refusal_is_final_only_while_each_session_is_known_to_its_edge() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        Set<String> gone = new CopyOnWriteArraySet<>(Set.of(five.get(0).id()));
        done(bus.answer(
                LivenessProbe.QUESTION, 3, probe -> Future.succeededFuture(new LivenessProbe.Reply(Set.copyOf(gone)))));

        assertThatThrownBy(() -> open(TOKEN)).as("its end is pending").isInstanceOf(BusFailure.class);
        done(authenticator.end(new UserId("ann"), five.get(0).id()));
        opened(open(TOKEN));
        gone.clear();

        assertThat(AuthStage.cappedUser(open(TOKEN)))
                .as("five that are all open")
                .isEqualTo(new UserId("ann"));
        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    /** They were suspected while their edge did not answer; now it answers, and does not know them yet. */
    @Test
    void young_sessions_are_not_ended() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(4_999);
        Set<String> all = five.stream().map(Session::id).collect(Collectors.toSet());
        done(bus.answer(LivenessProbe.QUESTION, 3, new FakeEdge(all, all)::answer));

        assertThatThrownBy(() -> done(bus.ask(Authenticator.OPEN, new OpenSessionRequest(credentials(TOKEN), five, 0))))
                .as("in a moment its edge may have them, or the store no longer")
                .isInstanceOf(BusFailure.class);

        assertThat(sessions()).containsExactlyElementsOf(five);
        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void sessions_of_an_edge_that_does_not_answer_stay() throws Exception {
        deploy(OnExceeded.REJECT, 30, GhostSessions.ANSWER_TIMEOUT_MS);
        List<Session> five = openFive();
        clock.advance(5_000);

        assertThat(AuthStage.cappedUser(open(TOKEN))).as("no edge").isEqualTo(new UserId("ann"));
        done(bus.answer(
                LivenessProbe.QUESTION,
                3,
                probe -> Promise.<LivenessProbe.Reply>promise().future()));
        assertThat(AuthStage.cappedUser(open(TOKEN)))
                .as("edge without an answer")
                .isEqualTo(new UserId("ann"));

        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    @Test
    void edge_is_probed_for_its_own_sessions_only_and_a_missing_edge_changes_nothing() throws Exception {
        deploy(OnExceeded.REJECT);
        Session away = opened(done(authenticator.open(credentials(TOKEN, 4))));
        List<Session> here = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            here.add(opened(open(TOKEN)));
        }
        clock.advance(5_000);
        FakeEdge edge =
                new FakeEdge(Set.of(here.get(0).id()), Set.of(here.get(0).id()));
        done(bus.answer(LivenessProbe.QUESTION, 3, edge::answer));

        opened(open(TOKEN));

        assertThat(edge.probes.get(0).sessionIds())
                .containsExactlyElementsOf(here.stream().map(Session::id).toList());
        assertThat(sessions()).hasSize(5).contains(away).doesNotContain(here.get(0));
    }

    @Test
    void unknown_sessions_in_the_reply_of_an_edge_are_ignored() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        FakeEdge edge = new FakeEdge(Set.of("another", five.get(0).id()), Set.of("another"));
        done(bus.answer(LivenessProbe.QUESTION, 3, edge::answer));

        assertThat(AuthStage.cappedUser(open(TOKEN))).isEqualTo(new UserId("ann"));

        assertThat(cutoffLog.cutoffs()).isEmpty();
    }

    @Test
    void ghost_stays_until_its_cut_off_is_stored() throws Exception {
        deploy(OnExceeded.REJECT);
        List<Session> five = openFive();
        clock.advance(5_000);
        Set<String> all = Set.of(five.get(0).id());
        done(bus.answer(LivenessProbe.QUESTION, 3, new FakeEdge(all, all)::answer));
        cutoffLog.breakDown();

        assertThatThrownBy(() -> open(TOKEN)).isInstanceOf(BusFailure.class);

        assertThat(sessions()).containsExactlyElementsOf(five);
    }

    /** Answers the first probe and the second, and records both. */
    private static final class FakeEdge {
        private final List<LivenessProbe> probes = new ArrayList<>();
        private final Set<String> first;
        private final Set<String> second;

        FakeEdge(Set<String> first, Set<String> second) {
            this.first = first;
            this.second = second;
        }

        synchronized Future<LivenessProbe.Reply> answer(LivenessProbe probe) {
            probes.add(probe);
            return Future.succeededFuture(new LivenessProbe.Reply(probes.size() == 1 ? first : second));
        }
    }
}
