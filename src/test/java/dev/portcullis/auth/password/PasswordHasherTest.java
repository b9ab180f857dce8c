package dev.portcullis.auth.password;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.auth.password.PasswordHasher.Checked;
import dev.portcullis.kit.Work;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class PasswordHasherTest {
    private static final byte[] PEPPER = {1, 2, 3};
    private static final long LONG = 60_000;
    private static final int BITS = 4;

    private static Vertx vertx;

    private long now;

    private final CountDownLatch release = new CountDownLatch(1);
    private final PasswordQueue queue =
            new PasswordQueue(new ProofOfWork(PEPPER), new UsedProofs(9), BITS, () -> 0, () -> now);
    private WorkerPool pool;

    @BeforeAll
    static void start(Vertx shared) {
        vertx = shared;
    }

    @BeforeEach
    void open() {
        pool = PasswordHasher.workers(vertx, new PasswordConfig(4, new WorkerPool.Config(1, 1, LONG), 0), () -> {});
    }

    @AfterEach
    void close() {
        release.countDown();
        pool.close();
    }

    @Test
    void hashed_password_is_recognised() throws Exception {
        PasswordHasher hasher = hasher(4, LONG);
        String stored = done(hasher.hash(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9"));

        assertThat(done(hasher.check(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9", Optional.of(stored))))
                .isEqualTo(new Checked(true, Optional.empty()));
        assertThat(done(hasher.check(PasswordTurn.ofUser(new UserId("ann")), "wrong", Optional.of(stored)))
                        .matches())
                .isFalse();
        assertThat(done(hasher.check(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9", Optional.empty()))
                        .matches())
                .isFalse();
    }

    @Test
    void hash_of_a_lower_cost_is_replaced_when_its_password_is_known() throws Exception {
        String stored = done(hasher(4, LONG).hash(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9"));
        PasswordHasher costlier = hasher(5, LONG);

        assertThat(done(costlier.check(PasswordTurn.ofUser(new UserId("ann")), "wrong", Optional.of(stored)))
                        .replacement())
                .isEmpty();
        String replaced = done(costlier.check(
                        PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9", Optional.of(stored)))
                .replacement()
                .orElseThrow();

        assertThat(replaced).startsWith("$2b$05$");
        assertThat(done(costlier.check(
                        PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9", Optional.of(replaced))))
                .isEqualTo(new Checked(true, Optional.empty()));
    }

    @Test
    void password_is_replaced_by_its_owner_only() throws Exception {
        PasswordHasher hasher = hasher(4, LONG);
        String stored = done(hasher.hash(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9"));

        assertThat(done(hasher.replace(PasswordTurn.ofUser(new UserId("ann")), "wrong", stored, "Another-Horse-9")))
                .isEmpty();
        String next = done(hasher.replace(
                        PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9", stored, "Another-Horse-9"))
                .orElseThrow();
        assertThat(done(hasher.check(PasswordTurn.ofUser(new UserId("ann")), "Another-Horse-9", Optional.of(next)))
                        .matches())
                .isTrue();
    }

    @Test
    void full_pool_turns_a_password_away_at_once() throws Exception {
        PasswordHasher hasher = hasher(4, LONG);
        occupy();
        Future<Result<String, NotRun>> waiting = hasher.hash(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9");

        assertThat(notRun(hasher.hash(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9")))
                .contains(NotRun.FULL);
        release.countDown();
        assertThat(notRun(waiting)).isEmpty();
    }

    @Test
    void work_is_used_up_by_a_check_and_not_by_a_refusal() throws Exception {
        PasswordHasher hasher = hasher(4, LONG);
        occupy();
        Future<Result<String, NotRun>> waiting = hasher.hash(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9");
        PasswordTurn unknown = new PasswordTurn(Precedence.FAILED, "a", Optional.empty());
        String proof = Work.on(hasher.challenge(unknown).orElseThrow().text(), BITS);
        PasswordTurn worked = new PasswordTurn(Precedence.FAILED, "a", Optional.of(proof));

        assertThat(notRun(hasher.check(worked, "x", Optional.empty()))).contains(NotRun.FULL);
        assertThat(notRun(hasher.check(worked, "x", Optional.empty()))).contains(NotRun.FULL);
        release.countDown();
        assertThat(notRun(waiting)).isEmpty();
        assertThat(notRun(hasher.check(worked, "x", Optional.empty()))).isEmpty();
        assertThat(queue.enter(worked).precedence()).isEqualTo(Precedence.FAILED);
    }

    @Test
    void address_has_three_of_the_first_places_and_more_by_work() {
        PasswordTurn known = new PasswordTurn(Precedence.KNOWN, "192.0.2.1 ann", Optional.empty());
        List<PasswordQueue.Place> places =
                Stream.generate(() -> queue.enter(known)).limit(4).toList();
        assertThat(places)
                .extracting(PasswordQueue.Place::precedence)
                .containsExactly(Precedence.KNOWN, Precedence.KNOWN, Precedence.KNOWN, Precedence.UNFAILED);
        PasswordTurn elsewhere = new PasswordTurn(Precedence.KNOWN, "192.0.2.2 ann", Optional.empty());
        assertThat(queue.enter(elsewhere).precedence()).isEqualTo(Precedence.KNOWN);
        PasswordTurn ofDevice = known("ben", false);
        assertThat(Stream.generate(() -> queue.enter(ofDevice)).limit(4))
                .extracting(PasswordQueue.Place::precedence)
                .as("no other at the address takes those of a device that its account knows")
                .containsExactly(Precedence.KNOWN, Precedence.KNOWN, Precedence.KNOWN, Precedence.UNFAILED);

        String proof = Work.on(queue.challenge(known).orElseThrow().text(), BITS);
        PasswordTurn worked = new PasswordTurn(Precedence.KNOWN, "192.0.2.1 ann", Optional.of(proof));
        PasswordQueue.Place byWork = queue.enter(worked);
        assertThat(byWork.precedence()).isEqualTo(Precedence.WORKED);
        queue.leave(byWork, false);
        assertThat(queue.enterByWork(worked, places.get(0)).orElseThrow().precedence())
                .as("where the first places are taken, by the same work")
                .isEqualTo(Precedence.WORKED);
        assertThat(queue.enterByWork(known, places.get(0))).isEmpty();
        assertThat(queue.enterByWork(worked, places.get(3))).isEmpty();

        places.forEach(place -> queue.leave(place, true));
        assertThat(queue.enter(known).precedence()).isEqualTo(Precedence.KNOWN);
    }

    /** They are known where the user is, and try again at once whenever they get no turn. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_who_comes_for_the_first_time_goes_before_accounts_that_log_in_again_and_again(int attackers)
            throws Exception {
        PasswordHasher hasher = hasher(4, LONG);
        occupy();
        List<Future<Result<Checked, NotRun>>> again = new ArrayList<>();
        for (int i = 0; i < 3 * attackers; i++) {
            again.add(hasher.check(known("attacker" + i % attackers, false), "x", Optional.empty()));
        }
        Future<Result<Checked, NotRun>> first = hasher.check(known("ann", true), "x", Optional.empty());
        release.countDown();

        assertThat(notRun(first)).isEmpty();
        for (Future<Result<Checked, NotRun>> each : again) {
            assertThat(notRun(each)).as("there was one place").contains(NotRun.FULL);
        }
    }

    /** Each has a login, and comes again and again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_who_is_logged_in_goes_before_those_who_had_more_turns_lately(int attackers) throws Exception {
        PasswordHasher hasher = hasher(4, LONG);
        for (int i = 0; i < attackers; i++) {
            UserId attacker = new UserId("attacker" + i);
            assertThat(notRun(hasher.check(PasswordTurn.ofUser(attacker), "x", Optional.empty())))
                    .isEmpty();
        }
        occupy();
        List<Future<Result<Checked, NotRun>>> again = new ArrayList<>();
        for (int i = 0; i < 3 * attackers; i++) {
            UserId attacker = new UserId("attacker" + i % attackers);
            again.add(hasher.check(PasswordTurn.ofUser(attacker), "x", Optional.empty()));
        }
        Future<Result<Checked, NotRun>> first =
                hasher.check(PasswordTurn.ofUser(new UserId("ben")), "x", Optional.empty());
        release.countDown();

        assertThat(notRun(first)).isEmpty();
        for (Future<Result<Checked, NotRun>> each : again) {
            assertThat(notRun(each)).as("there was one place").contains(NotRun.FULL);
        }
    }

    @Test
    void turn_that_was_not_had_or_is_long_ago_puts_a_user_behind_no_one() {
        PasswordTurn ann = PasswordTurn.ofUser(new UserId("ann"));
        PasswordQueue.Place refused = queue.enter(ann);
        queue.leave(refused, false);
        List<PasswordQueue.Place> had =
                Stream.generate(() -> queue.enter(ann)).limit(5).toList();
        had.forEach(each -> queue.leave(each, true));
        assertThat(had).extracting(PasswordQueue.Place::level).containsExactly(3, 2, 1, 0, 0);
        now = Duration.ofMinutes(15).toMillis();
        assertThat(queue.enter(ann).level()).isEqualTo(3);
    }

    private static PasswordTurn known(String account, boolean rested) {
        return new PasswordTurn(
                Precedence.KNOWN,
                "192.0.2.1 " + account,
                Optional.empty(),
                Optional.of(new PasswordTurn.Known(account, rested)));
    }

    @Test
    void check_that_ends_too_late_for_its_caller_fails_since_it_may_have_compared(VertxTestContext test)
            throws Exception {
        PasswordHasher hasher = hasher(4, 50);
        occupy();

        hasher.check(PasswordTurn.ofUser(new UserId("ann")), "Correct-Horse-9", Optional.empty())
                .onComplete(test.failing(late -> test.verify(() -> {
                    assertThat(late).isInstanceOf(TimeoutException.class);
                    test.completeNow();
                })));
    }

    @Test
    void result_does_not_print_a_hash() {
        assertThat(new Checked(true, Optional.of("$2b$04$secret"))).hasToString("Checked[true]");
    }

    private PasswordHasher hasher(int cost, long answerMs) {
        return new PasswordHasher(pool, new PasswordHash(PEPPER, cost), queue, answerMs);
    }

    /** Takes the only thread. */
    private void occupy() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        pool.run(() -> {
            begun.countDown();
            return release.await(LONG, TimeUnit.MILLISECONDS);
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
    }

    private static <T> T done(Future<Result<T, NotRun>> work) throws Exception {
        return work.await(30, TimeUnit.SECONDS).fold(value -> value, why -> {
            throw new AssertionError(why);
        });
    }

    private static <T> Optional<NotRun> notRun(Future<Result<T, NotRun>> work) throws Exception {
        return work.await(30, TimeUnit.SECONDS).fold(value -> Optional.empty(), Optional::of);
    }
}
