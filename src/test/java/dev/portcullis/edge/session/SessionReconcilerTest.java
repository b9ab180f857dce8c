package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.socket.ManualTimerWheel;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The timer wheel is driven by the test, which answers for the store. */
@ExtendWith(VertxExtension.class)
class SessionReconcilerTest {
    private static final int FIRST_LANE = 250;

    private final List<Session> sessions = new ArrayList<>();
    private final List<List<String>> asked = new ArrayList<>();
    private final Set<String> endedInStore = new HashSet<>();
    private final List<String> closed = new ArrayList<>();
    private Supplier<Future<Set<String>>> answer = () -> Future.succeededFuture(Set.copyOf(endedInStore));
    private boolean restoreDone = true;
    private TimerWheel timers;
    private CutoffFreshness freshness;
    private SessionReconciler reconciler;

    @BeforeEach
    void open(Vertx vertx) {
        timers = ManualTimerWheel.of(vertx);
        freshness = new CutoffFreshness(lane -> {}, 1_000, timers, () -> 0, () -> 0);
        IntStream.range(0, Lanes.COUNT)
                .forEach(lane -> freshness.onLaneRead(new LaneRead(LaneCursor.unknown(lane), 0, 0)));
        reconciler = new SessionReconciler(
                lanes -> sessions.stream()
                        .filter(session -> lanes.contains(session.lane()))
                        .toList(),
                all -> {
                    asked.add(all.stream().map(Session::id).toList());
                    return answer.get();
                },
                session -> closed.add(session.id()),
                () -> restoreDone,
                freshness,
                timers,
                FIRST_LANE);
    }

    @Test
    void lane_that_missed_cut_offs_is_not_fresh_before_its_sessions_are_confirmed() {
        Session ann = enter("ann");
        Promise<Set<String>> slow = Promise.promise();
        answer = slow::future;
        reconciler.cutoffsMissed(List.of(ann.lane()));
        assertThat(freshness.isFresh(ann.lane())).isFalse();
        slow.complete(Set.of());
        assertThat(freshness.isFresh(ann.lane())).isTrue();
        assertThat(closed).isEmpty();
    }

    @Test
    void session_that_the_store_twice_does_not_know_is_closed_before_its_lane_is_fresh() {
        Session ann = enter("ann");
        enter("ben");
        endedInStore.add("ann");
        reconciler.cutoffsMissed(List.of(ann.lane(), sessions.get(1).lane()));
        assertThat(closed).isEmpty();
        advance(2_400);
        assertThat(asked).containsExactly(List.of("ann", "ben"));
        advance(200);
        assertThat(asked).containsExactly(List.of("ann", "ben"), List.of("ann"));
        assertThat(closed).containsExactly("ann");
        assertThat(freshness.isFresh(ann.lane())).isTrue();
    }

    /** Its memory was lost, and the sessions are registered again meanwhile. */
    @Test
    void session_that_is_restored_stays_open() {
        Session ann = enter("ann");
        endedInStore.add("ann");
        restoreDone = false;
        reconciler.cutoffsMissed(List.of(ann.lane()));
        advance(5_000);
        assertThat(asked).as("nothing is certain before the restore is done").hasSize(1);
        restoreDone = true;
        endedInStore.clear();
        advance(600);
        assertThat(asked).hasSize(2);
        assertThat(closed).isEmpty();
        assertThat(freshness.isFresh(ann.lane())).isTrue();
    }

    @Test
    void failed_comparison_is_retried_for_each_lane_alone() {
        Session ann = enter("ann");
        Session ben = enter("ben");
        assertThat(ann.lane()).isNotEqualTo(ben.lane());
        answer = () -> Future.failedFuture(new StoreFailure("away"));
        reconciler.cutoffsMissed(List.of(ann.lane(), ben.lane()));
        answer = () -> last().contains("ben")
                ? Future.failedFuture(new StoreFailure("a master is away"))
                : Future.succeededFuture(Set.of());
        advance(1_100);
        assertThat(freshness.isFresh(ann.lane())).isTrue();
        assertThat(freshness.isFresh(ben.lane())).isFalse();
        answer = () -> Future.succeededFuture(Set.of());
        advance(1_100);
        assertThat(freshness.isFresh(ben.lane())).isTrue();
        assertThat(asked).hasSize(4);
    }

    @Test
    void lane_that_misses_cut_offs_again_waits_for_the_later_comparison() {
        Session ann = enter("ann");
        Promise<Set<String>> first = Promise.promise();
        Promise<Set<String>> second = Promise.promise();
        answer = first::future;
        reconciler.cutoffsMissed(List.of(ann.lane()));
        answer = second::future;
        reconciler.cutoffsMissed(List.of(ann.lane()));
        first.complete(Set.of());
        assertThat(freshness.isFresh(ann.lane())).isFalse();
        second.complete(Set.of());
        assertThat(freshness.isFresh(ann.lane())).isTrue();
    }

    @Test
    void each_session_is_compared_once_in_a_round() {
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(enter("user-" + i).id());
        }
        for (int step = 0; step < Lanes.COUNT; step++) {
            reconciler.compareNext();
        }
        assertThat(asked).hasSize(Lanes.COUNT);
        assertThat(asked.stream().flatMap(List::stream)).hasSize(1_000).containsExactlyInAnyOrderElementsOf(all);
        assertThat(sessions.stream().filter(session -> asked.get(0).contains(session.id())))
                .allMatch(session -> session.lane() == FIRST_LANE);
    }

    @Test
    void round_finds_a_session_that_has_ended() {
        Session ann = enter("ann");
        endedInStore.add("ann");
        round();
        advance(2_600);
        assertThat(closed).containsExactly("ann");
        assertThat(freshness.isFresh(ann.lane())).as("no cut-off was missed").isTrue();
    }

    /** Its store may not answer. */
    @Test
    void round_leaves_out_a_lane_that_is_not_fresh() {
        Session ann = enter("ann");
        freshness.invalidate(ann.lane());
        round();
        assertThat(asked).hasSize(Lanes.COUNT - 1).allMatch(List::isEmpty);
        freshness.revalidate(ann.lane());
        round();
        assertThat(asked).contains(List.of("ann"));
    }

    @Test
    void round_leaves_out_a_lane_that_is_still_compared() {
        enter("ann");
        answer = () -> last().isEmpty() ? Future.succeededFuture(Set.of()) : Future.future(never -> {});
        round();
        round();
        assertThat(asked.stream().filter(ids -> !ids.isEmpty())).hasSize(1);
    }

    @Test
    void comparison_that_failed_is_repeated_in_the_next_round() {
        enter("ann");
        answer = () -> Future.failedFuture(new StoreFailure("away"));
        round();
        round();
        assertThat(asked.stream().filter(ids -> !ids.isEmpty())).hasSize(2);
        assertThat(closed).isEmpty();
    }

    private void round() {
        for (int step = 0; step < Lanes.COUNT; step++) {
            reconciler.compareNext();
        }
    }

    private List<String> last() {
        return asked.get(asked.size() - 1);
    }

    private void advance(long millis) {
        for (long elapsed = 0; elapsed < millis; elapsed += 50) {
            timers.tick();
        }
    }

    private Session enter(String user) {
        Sender sender = new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), user);
        Session session = new Session(
                sender, "", "t", 0, 0, Long.MAX_VALUE, new SessionOwner("n", "n:1", 0), "", "", Optional.empty());
        sessions.add(session);
        return session;
    }
}
