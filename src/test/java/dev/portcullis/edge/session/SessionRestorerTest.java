package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.socket.ManualTimerWheel;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.lane.NodeIncarnation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The timer wheel and the clock are driven by the test. */
@ExtendWith(VertxExtension.class)
class SessionRestorerTest {
    private static final int LANE = 17;
    private static final List<String> USERS = usersOf(LANE);
    private static final String ELSEWHERE = usersOf(18).get(0);

    private final List<Registration> registrations = new ArrayList<>();
    private final List<List<String>> restored = new ArrayList<>();
    private Future<Void> answer = Future.succeededFuture();
    private long now = 1_000;
    private TimerWheel timers;
    private SessionRestorer restorer;

    @BeforeEach
    void open(Vertx vertx) {
        timers = ManualTimerWheel.of(vertx);
        restorer = new SessionRestorer(
                sessions -> {
                    restored.add(sessions.stream()
                            .map(session -> session.sender().userId().value())
                            .toList());
                    return answer;
                },
                () -> registrations,
                timers,
                () -> now);
    }

    @Test
    void lane_that_lost_everything_gets_all_of_its_sessions() {
        enter(USERS.get(0), 100);
        enter(USERS.get(1), 900);
        enter(ELSEWHERE, 900);
        restorer.laneLost(LANE, NodeIncarnation.EVERYTHING);
        assertThat(restorer.isDone()).isFalse();
        advance(100);
        assertThat(restored).containsExactly(List.of(USERS.get(0), USERS.get(1)));
        assertThat(restorer.isDone()).isTrue();
    }

    @Test
    void sessions_registered_before_the_loss_are_not_restored() {
        enter(USERS.get(0), 100);
        enter(USERS.get(1), 499);
        enter(USERS.get(2), 500);
        enter(USERS.get(3), 900);
        restorer.laneLost(LANE, 500);
        advance(100);
        assertThat(restored).containsExactly(List.of(USERS.get(2), USERS.get(3)));
    }

    @Test
    void lanes_lost_together_are_restored_in_one_pass() {
        enter(USERS.get(0), 100);
        enter(ELSEWHERE, 900);
        restorer.laneLost(LANE, NodeIncarnation.EVERYTHING);
        restorer.laneLost(18, 500);
        advance(100);
        assertThat(restored).containsExactly(List.of(USERS.get(0), ELSEWHERE));
    }

    /** A restored session keeps its old registration time, but the store has it only since the restore. */
    @Test
    void restored_sessions_that_may_be_lost_again_are_restored_again() {
        enter(USERS.get(0), 100);
        enter(USERS.get(1), 700);
        restorer.laneLost(LANE, 600);
        now = 2_000;
        advance(100);
        enter(USERS.get(2), 2_100);
        restorer.laneLost(LANE, 1_900);
        advance(100);
        assertThat(restored).containsExactly(List.of(USERS.get(1)), List.of(USERS.get(1), USERS.get(2)));
    }

    @Test
    void restored_sessions_that_survive_the_next_fork_are_left_alone() {
        enter(USERS.get(0), 100);
        restorer.laneLost(LANE, NodeIncarnation.EVERYTHING);
        now = 2_000;
        advance(100);
        enter(USERS.get(1), 2_200);
        restorer.laneLost(LANE, 2_001);
        advance(100);
        restorer.laneLost(LANE, 2_300);
        advance(100);
        assertThat(restored).containsExactly(List.of(USERS.get(0)), List.of(USERS.get(1)), List.of());
    }

    @Test
    void fork_during_a_restore_leaves_no_session_out() {
        enter(USERS.get(0), 100);
        Promise<Void> slow = Promise.promise();
        answer = slow.future();
        restorer.laneLost(LANE, NodeIncarnation.EVERYTHING);
        advance(100);
        now = 2_000;
        restorer.laneLost(LANE, 1_900);
        answer = Future.succeededFuture();
        slow.complete();
        assertThat(restorer.isDone()).isFalse();
        advance(100);
        assertThat(restored).containsExactly(List.of(USERS.get(0)), List.of(USERS.get(0)));
        assertThat(restorer.isDone()).isTrue();
    }

    @Test
    void failed_pass_is_repeated_with_later_losses() {
        enter(USERS.get(0), 700);
        enter(ELSEWHERE, 900);
        answer = Future.failedFuture(new StoreFailure("away"));
        restorer.laneLost(LANE, 600);
        advance(100);
        restorer.laneLost(18, NodeIncarnation.EVERYTHING);
        answer = Future.succeededFuture();
        assertThat(restorer.isDone()).isFalse();
        advance(1_100);
        assertThat(restored).containsExactly(List.of(USERS.get(0)), List.of(USERS.get(0), ELSEWHERE));
        assertThat(restorer.isDone()).isTrue();
    }

    /** It was registered before the loss was reported, and opened too late for the pass. */
    @Test
    void session_opened_after_the_pass_is_restored_too() {
        restorer.laneLost(LANE, 600);
        advance(100);
        enter(USERS.get(0), 500);
        enter(USERS.get(1), 800);
        enter(USERS.get(2), 1_001);
        enter(ELSEWHERE, 800);
        advance(100);
        assertThat(restored).containsExactly(List.of(), List.of(USERS.get(1), USERS.get(2)));
    }

    private void enter(String user, long since) {
        Registration registration = new Registration(session(user), since);
        registrations.add(registration);
        restorer.sessionOpened(registration);
    }

    private void advance(long millis) {
        for (long elapsed = 0; elapsed <= millis; elapsed += 50) {
            timers.tick();
        }
        timers.tick();
    }

    private static List<String> usersOf(int lane) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> "user-" + i)
                .filter(user -> session(user).lane() == lane)
                .limit(4)
                .toList();
    }

    private static Session session(String user) {
        Sender sender = new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), "s-" + user);
        return new Session(
                sender, "", "t", 0, 0, Long.MAX_VALUE, new SessionOwner("n", "n:1", 0), "", "", Optional.empty());
    }
}
