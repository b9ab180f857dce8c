package dev.portcullis.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.edge.connection.Connection.Registration;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The wheel is driven by hand, and so is the time. */
class SessionRestorerTest {
    private static final int LANE = 17;
    private static final List<String> USERS = usersOf(LANE);
    private static final String ELSEWHERE = usersOf(18).get(0);

    private final Vertx vertx = Vertx.vertx();
    private final List<Registration> here = new ArrayList<>();
    private final List<List<String>> said = new ArrayList<>();
    private Future<Void> answer = Future.succeededFuture();
    private long now = 1_000;
    private TimerWheel timers;
    private SessionRestorer restorer;

    @BeforeEach
    void open() {
        timers = ManualTimerWheel.of(vertx);
        restorer = new SessionRestorer(
                sessions -> {
                    said.add(sessions.stream()
                            .map(session -> session.sender().userId().value())
                            .toList());
                    return answer;
                },
                () -> here,
                timers,
                () -> now);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void a_lane_that_forgot_everything_is_told_all_of_its_sessions() {
        enter(USERS.get(0), 100);
        enter(USERS.get(1), 900);
        enter(ELSEWHERE, 900);
        restorer.forgotten(LANE, NodeIncarnation.EVERYTHING);
        assertThat(restorer.isDone()).isFalse();
        turn(100);
        assertThat(said).containsExactly(List.of(USERS.get(0), USERS.get(1)));
        assertThat(restorer.isDone()).isTrue();
    }

    @Test
    void sessions_from_before_what_came_through_are_not_said_again() {
        enter(USERS.get(0), 100);
        enter(USERS.get(1), 499);
        enter(USERS.get(2), 500);
        enter(USERS.get(3), 900);
        restorer.forgotten(LANE, 500);
        turn(100);
        assertThat(said).containsExactly(List.of(USERS.get(2), USERS.get(3)));
    }

    @Test
    void lanes_that_forgot_together_are_told_in_one_pass() {
        enter(USERS.get(0), 100);
        enter(ELSEWHERE, 900);
        restorer.forgotten(LANE, NodeIncarnation.EVERYTHING);
        restorer.forgotten(18, 500);
        turn(100);
        assertThat(said).containsExactly(List.of(USERS.get(0), ELSEWHERE));
    }

    /** They are as old as what they were said again for, but in the store only since then. */
    @Test
    void what_was_said_again_may_be_lost_again_and_is_said_once_more() {
        enter(USERS.get(0), 100);
        enter(USERS.get(1), 700);
        restorer.forgotten(LANE, 600);
        now = 2_000;
        turn(100);
        enter(USERS.get(2), 2_100);
        restorer.forgotten(LANE, 1_900);
        turn(100);
        assertThat(said).containsExactly(List.of(USERS.get(1)), List.of(USERS.get(1), USERS.get(2)));
    }

    @Test
    void what_was_said_again_and_came_through_the_next_fork_is_left_alone() {
        enter(USERS.get(0), 100);
        restorer.forgotten(LANE, NodeIncarnation.EVERYTHING);
        now = 2_000;
        turn(100);
        enter(USERS.get(1), 2_200);
        restorer.forgotten(LANE, 2_001);
        turn(100);
        restorer.forgotten(LANE, 2_300);
        turn(100);
        assertThat(said).containsExactly(List.of(USERS.get(0)), List.of(USERS.get(1)), List.of());
    }

    @Test
    void a_fork_while_sessions_are_said_again_leaves_none_of_them_out() {
        enter(USERS.get(0), 100);
        Promise<Void> slow = Promise.promise();
        answer = slow.future();
        restorer.forgotten(LANE, NodeIncarnation.EVERYTHING);
        turn(100);
        now = 2_000;
        restorer.forgotten(LANE, 1_900);
        answer = Future.succeededFuture();
        slow.complete();
        assertThat(restorer.isDone()).isFalse();
        turn(100);
        assertThat(said).containsExactly(List.of(USERS.get(0)), List.of(USERS.get(0)));
        assertThat(restorer.isDone()).isTrue();
    }

    @Test
    void a_pass_that_failed_is_made_again_with_what_was_forgotten_meanwhile() {
        enter(USERS.get(0), 700);
        enter(ELSEWHERE, 900);
        answer = Future.failedFuture(new StoreFailure("away"));
        restorer.forgotten(LANE, 600);
        turn(100);
        restorer.forgotten(18, NodeIncarnation.EVERYTHING);
        answer = Future.succeededFuture();
        assertThat(restorer.isDone()).isFalse();
        turn(1_100);
        assertThat(said).containsExactly(List.of(USERS.get(0)), List.of(USERS.get(0), ELSEWHERE));
        assertThat(restorer.isDone()).isTrue();
    }

    /** It was registered in time to be lost, and greeted too late for the pass. */
    @Test
    void a_session_that_came_in_between_is_said_again_too() {
        restorer.forgotten(LANE, 600);
        turn(100);
        enter(USERS.get(0), 500);
        enter(USERS.get(1), 800);
        enter(USERS.get(2), 1_001);
        enter(ELSEWHERE, 800);
        turn(100);
        assertThat(said).containsExactly(List.of(), List.of(USERS.get(1), USERS.get(2)));
    }

    private void enter(String user, long since) {
        Registration known = new Registration(session(user), since);
        here.add(known);
        restorer.entered(known);
    }

    private void turn(long millis) {
        for (long passed = 0; passed <= millis; passed += 50) {
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
        return new Session(sender, "", "t", 0, 0, Long.MAX_VALUE, new SessionOwner("n", "n:1", 0), "", "");
    }
}
