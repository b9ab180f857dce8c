package dev.portcullis.auth.login;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.AuthStage;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionsConfig.OnExceeded;
import dev.portcullis.bus.AnswerUnavailable;
import dev.portcullis.kit.Await;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Sessions whose edge did not get the answer to its handshake. */
class UnclaimedSessionsTest extends AuthStage {
    private final Set<String> connected = ConcurrentHashMap.newKeySet();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean edgeAnswers = true;

    @Test
    void session_that_its_edge_never_got_ends_and_one_that_is_connected_stays() throws Exception {
        deployBeside();
        Session lost = opened(open(TOKEN));
        Session kept = opened(open(TOKEN));
        connected.add(kept.id());
        assertThat(Await.until(() -> ids().equals(Set.of(kept.id())))).isTrue();
        int askedBefore = asked.get();
        Session late = opened(open(TOKEN));
        assertThat(Await.until(() -> ids().equals(Set.of(kept.id())))).isTrue();
        assertThat(asked.get())
                .as("one question that finds it missing, and one that makes sure")
                .isGreaterThanOrEqualTo(askedBefore + 2);
        assertThat(List.of(lost.id(), late.id())).doesNotContainAnyElementsOf(ids());
        assertThat(cutoffLog.cutoffs()).as("there is no connection to cut off").isEmpty();
    }

    @Test
    void session_that_is_connected_behind_the_first_question_stays() throws Exception {
        deployBeside();
        Session slow = opened(open(TOKEN));
        assertThat(Await.until(() -> asked.get() >= 1)).isTrue();
        connected.add(slow.id());
        Session lost = opened(open(TOKEN));
        assertThat(Await.until(() -> !ids().contains(lost.id()))).isTrue();
        assertThat(ids()).containsExactly(slow.id());
    }

    @Test
    void edge_that_does_not_answer_is_asked_until_it_does() throws Exception {
        deployBeside();
        edgeAnswers = false;
        Session lost = opened(open(TOKEN));
        assertThat(Await.until(() -> asked.get() >= 2)).isTrue();
        assertThat(ids()).containsExactly(lost.id());
        edgeAnswers = true;
        assertThat(Await.until(() -> ids().isEmpty())).isTrue();
    }

    private void deployBeside() throws Exception {
        deploy(OnExceeded.REJECT, 30, 30_000, 1);
        done(bus.answer(LivenessProbe.QUESTION, 3, this::answer));
    }

    private Future<LivenessProbe.Reply> answer(LivenessProbe probe) {
        asked.incrementAndGet();
        return edgeAnswers
                ? Future.succeededFuture(new LivenessProbe.Reply(Set.copyOf(probe.sessionIds().stream()
                        .filter(id -> !connected.contains(id))
                        .toList())))
                : Future.failedFuture(new AnswerUnavailable("the edge is busy"));
    }

    private Set<String> ids() {
        try {
            return Set.copyOf(sessions().stream().map(Session::id).toList());
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
    }
}
