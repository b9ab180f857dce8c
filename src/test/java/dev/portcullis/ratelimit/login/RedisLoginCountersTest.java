package dev.portcullis.ratelimit.login;

import static dev.portcullis.ratelimit.login.LoginFixture.count;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.LimitRecord;
import dev.portcullis.ratelimit.login.LoginStep.Choice;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import dev.portcullis.store.rows.RedisRows;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What mixes where several nodes count in one Redis, and what a login costs there. */
class RedisLoginCountersTest {
    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    private final AtomicLong clock = new AtomicLong(LoginFixture.NOON);

    private LoginCounters open() throws Exception {
        return new LoginCounters(RedisRows.open(REDIS.open(), clock::get));
    }

    @Test
    void address_on_two_nodes_has_one_limit() throws Exception {
        LoginCounters one = open();
        LoginCounters other = open();
        assertThat(count(one, address(2))).isZero();
        assertThat(count(other, address(2))).isZero();
        assertThat(count(one, address(2))).isEqualTo(900_000);
        assertThat(count(other, address(2))).isEqualTo(900_000);
    }

    @Test
    void concurrent_logins_on_two_nodes_never_take_the_same_slot() throws Exception {
        List<LoginCounters> nodes = List.of(open(), open());
        List<Choice> choices = List.of(new Choice(
                new Admitted(LoginHistory.NO_FAILURES),
                List.of(LoginWindow.address(List.of("w"), "a", 7), LoginWindow.address(List.of("w"), "w", 56))));
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(nodes.get(i % 2).count(choices).map(counted -> counted.isDone()));
        }
        int admitted = 0;
        for (Future<Boolean> each : all) {
            admitted += each.await(30, TimeUnit.SECONDS) ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(7);
    }

    @Test
    void window_expires_when_nothing_counts_and_stays_small() throws Exception {
        LoginCounters counters = open();
        for (int i = 0; i < 1_000; i++) {
            clock.addAndGet(1_200);
            count(counters, address(100_000));
        }
        String key = REDIS.keyOf("pc:*:logins:l:a");
        assertThat(Long.parseLong(REDIS.ask("PTTL", key))).isBetween(890_000L, 900_000L);
        assertThat(Integer.parseInt(REDIS.ask("STRLEN", key))).isLessThanOrEqualTo(901 * 18 + 2);
    }

    @Test
    void window_without_counts_leaves_no_key() throws Exception {
        LoginCounters counters = open();
        count(counters, address(2));
        counters.giveBack(List.of(address(2))).await(30, TimeUnit.SECONDS);
        assertThat(REDIS.keys("*")).isEmpty();
    }

    @Test
    void refused_login_and_look_are_one_call_and_a_counted_login_two() throws Exception {
        RedisStore redis = REDIS.open();
        LoginCounters counters = new LoginCounters(RedisRows.open(redis, () -> 0));
        long before = redis.calls();
        assertThat(count(counters, address(1))).isZero();
        assertThat(redis.calls() - before).isEqualTo(2);
        assertThat(count(counters, address(1))).as("by the clock of Redis").isBetween(860_000L, 900_000L);
        assertThat(redis.calls() - before).isEqualTo(3);
        counters.look(List.of(address(1))).await(30, TimeUnit.SECONDS);
        assertThat(redis.calls() - before).isEqualTo(4);
    }

    /** A right password has been checked meanwhile, which takes a hundred times as long. Reads of one moment may be one call. */
    @Test
    void login_takes_few_calls() throws Exception {
        RedisStore redis = REDIS.open();
        LoginLimits limits = new LoginLimits(
                new LoginCounters(RedisRows.open(redis, clock::get)),
                LoginFixture.defences(RedisRows.open(redis, clock::get), clock::get),
                () -> LoginFixture.limits(true, 5, 10, false, false),
                new LimitRecord(clock::get).observed());
        assertThat(logIn(redis, limits, true)).isLessThanOrEqualTo(9);
        assertThat(logIn(redis, limits, false)).as("after a failure").isLessThanOrEqualTo(11);
        assertThat(logIn(redis, limits, false)).as("of a known device").isLessThanOrEqualTo(10);
        assertThat(logIn(redis, limits, false)).as("once more").isLessThanOrEqualTo(10);
    }

    /** Returns how many calls it took. */
    private static long logIn(RedisStore redis, LoginLimits limits, boolean failed) throws Exception {
        long before = redis.calls();
        List<String> address = List.of("192.0.2.1");
        Optional<String> laptop = Optional.of("laptop");
        LoginVerdict admitted =
                limits.admit(LoginAttempt.toLogIn("ann", address, laptop)).await(30, TimeUnit.SECONDS);
        assertThat(admitted).isInstanceOf(Admitted.class);
        PasswordCheck check = failed
                ? PasswordCheck.failed("ann", address, false, laptop)
                : PasswordCheck.right("ann", address, laptop);
        assertThat(limits.settle(check).await(30, TimeUnit.SECONDS)).isEqualTo(LoginVerdict.ADMITTED);
        return redis.calls() - before;
    }

    private static LoginWindow address(int max) {
        return LoginWindow.address(List.of("a"), "a", max);
    }
}
