package dev.portcullis.ratelimit.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.login.LoginVerdict.Refused;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LoginLimitsTest {
    private final AtomicLong clock = new AtomicLong(LoginCounterStoreContract.NOON);
    private final LimitRecord record = new LimitRecord(clock::get);
    private Bus bus;

    @BeforeEach
    void open(Vertx vertx) {
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
    }

    @Test
    void sixth_attempt_of_an_address_is_refused_whatever_the_account() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 5; i++) {
            assertThat(admit(limiter, "192.0.2.1", "k" + i)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(admit(limiter, "192.0.2.1", "k5")).isEqualTo(new Refused(Limit.ADDRESS, 900_000));
        assertThat(admit(limiter, "192.0.2.2", "k5")).isEqualTo(LoginVerdict.ADMITTED);
        clock.addAndGet(900_000);
        assertThat(admit(limiter, "192.0.2.1", "k5")).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void network_of_many_addresses_has_a_limit_of_its_own() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        int admitted = 0;
        for (int i = 0; i < 50; i++) {
            LoginAttempt attempt = new LoginAttempt(List.of("a" + i, "w"), Optional.empty());
            admitted += limiter.admit(attempt).await(30, TimeUnit.SECONDS) == LoginVerdict.ADMITTED ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(40);
    }

    @Test
    void account_with_ten_failures_admits_no_login_from_any_address_and_counts_it_for_none() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 10; i++) {
            assertThat(settle(limiter, "k", true)).isEqualTo(LoginVerdict.ADMITTED);
        }
        Refused refused = new Refused(Limit.ACCOUNT, 900_000);
        for (int i = 0; i < 10; i++) {
            assertThat(admit(limiter, "192.0.2.9", "k")).isEqualTo(refused);
        }
        assertThat(admit(limiter, "192.0.2.9", "other")).isEqualTo(LoginVerdict.ADMITTED);
        clock.addAndGet(900_000);
        assertThat(admit(limiter, "192.0.2.9", "k")).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void of_many_guesses_at_one_time_only_ten_learn_that_they_are_wrong_and_later_none_that_it_is_right()
            throws Exception {
        LoginLimiter limiter = deployed(config(true));
        List<Future<LoginVerdict>> guesses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            guesses.add(limiter.settle(new PasswordCheck("k", true)));
        }
        int told = 0;
        for (Future<LoginVerdict> each : guesses) {
            told += each.await(30, TimeUnit.SECONDS) == LoginVerdict.ADMITTED ? 1 : 0;
        }
        assertThat(told).isEqualTo(10);
        assertThat(settle(limiter, "k", false)).isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
    }

    @Test
    void right_passwords_count_no_failure() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 50; i++) {
            assertThat(settle(limiter, "k", false)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(settle(limiter, "k", true)).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void limits_that_observe_admit_every_login_and_count_what_they_would_refuse() throws Exception {
        LoginLimiter limiter = deployed(new LoginConfig(true, 5, 10, 8, 1_000, new LoginConfig.Observed(true, true)));
        for (int i = 0; i < 12; i++) {
            assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(LoginVerdict.ADMITTED);
            assertThat(settle(limiter, "k", true)).isEqualTo(LoginVerdict.ADMITTED);
        }

        assertThat(record.observed("login")).isEqualTo(7);
        assertThat(record.observed("loginFailures"))
                .as("of two attempts, before and after the password")
                .isEqualTo(4);
        assertThat(record.events()).hasSize(2).noneMatch(event -> event.containsValue("k"));
    }

    @Test
    void limit_of_failures_that_observes_leaves_that_of_addresses_enforced() throws Exception {
        LoginLimiter limiter = deployed(new LoginConfig(true, 5, 10, 8, 1_000, new LoginConfig.Observed(false, true)));
        for (int i = 0; i < 5; i++) {
            assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(LoginVerdict.ADMITTED);
        }

        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(new Refused(Limit.ADDRESS, 900_000));
    }

    @Test
    void switched_off_limiter_admits_without_the_stage() throws Exception {
        LoginLimiter limiter = new LoginLimiter(bus, () -> config(false));
        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(LoginVerdict.ADMITTED);
        assertThat(settle(limiter, "k", true)).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void without_the_stage_or_its_store_no_login_is_admitted() throws Exception {
        LoginLimiter limiter = new LoginLimiter(bus, () -> config(true));
        assertThatThrownBy(() -> admit(limiter, "192.0.2.1", "k")).isInstanceOf(BusFailure.class);
        new LoginLimits(new EmbeddedLoginCounterStore(1, clock::get), () -> config(true), record.observed())
                .answer(bus, 0)
                .await(30, TimeUnit.SECONDS);
        admit(limiter, "192.0.2.1", "k");
        assertThatThrownBy(() -> admit(limiter, "192.0.2.2", "k"))
                .as("its table is full")
                .isInstanceOf(BusFailure.class);
    }

    private LoginLimiter deployed(LoginConfig config) throws Exception {
        new LoginLimits(new EmbeddedLoginCounterStore(1_000, clock::get), () -> config, record.observed())
                .answer(bus, 0)
                .await(30, TimeUnit.SECONDS);
        return new LoginLimiter(bus, () -> config);
    }

    private static LoginConfig config(boolean enabled) {
        return new LoginConfig(enabled, 5, 10, 8, 1_000, new LoginConfig.Observed(false, false));
    }

    private static LoginVerdict admit(LoginLimiter limiter, String address, String account) throws Exception {
        return limiter.admit(new LoginAttempt(List.of(address), Optional.of(account)))
                .await(30, TimeUnit.SECONDS);
    }

    private static LoginVerdict settle(LoginLimiter limiter, String account, boolean failed) throws Exception {
        return limiter.settle(new PasswordCheck(account, failed)).await(30, TimeUnit.SECONDS);
    }
}
