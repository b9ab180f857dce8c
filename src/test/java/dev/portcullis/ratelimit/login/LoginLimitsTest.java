package dev.portcullis.ratelimit.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.http.AddressRange;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.login.LoginLimiter.KnownClient;
import dev.portcullis.ratelimit.login.LoginLimits.LoginDefences;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import dev.portcullis.ratelimit.login.LoginVerdict.Refused;
import dev.portcullis.ratelimit.login.LoginVerdict.Times;
import dev.portcullis.store.rows.TransientRowStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class LoginLimitsTest {
    private static final String OFFICE = "203.0.113.7";
    private static final String OTHER = "192.0.2.77";
    private static final List<AddressRange> SHARED = Stream.of("203.0.113.0/24", "2001:db8:0:7::/64")
            .map(range -> AddressRange.parse(range).orElseThrow())
            .toList();

    private static final Admitted FIRST_OF_DEVICE = new Admitted(LoginHistory.KNOWN_DEVICE, Optional.of(Times.FIRST));
    private static final Admitted FIRST_AT_ADDRESS = new Admitted(LoginHistory.KNOWN_ADDRESS, Optional.of(Times.FIRST));

    private final AtomicLong clock = new AtomicLong(LoginFixture.NOON);
    private final List<Ban> bans = new CopyOnWriteArrayList<>();
    private final RecordedEvents events = new RecordedEvents();
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

    /** One attacker has a /56. Ten of one provider take what strangers have in their /48, and no more. */
    @ParameterizedTest
    @CsvSource({"1, 10, true", "3, 30, true", "10, 40, false", "100, 40, false"})
    void customer_of_a_provider_takes_a_part_of_what_strangers_have_in_its_network(
            int attackers, int admitted, boolean leavesSome) throws Exception {
        LoginLimiter limiter = deployed(config(true));

        assertThat(flood(limiter, attackers)).isEqualTo(admitted);
        assertThat(logIn(limiter, network(200, 0), "new", false).equals(LoginVerdict.ADMITTED))
                .isEqualTo(leavesSome);
    }

    @Test
    void one_64_takes_half_of_what_its_56_has() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 20; i++) {
            admit(limiter, network(1, 0), "k" + i);
        }
        int others = 0;
        for (int i = 0; i < 20; i++) {
            others += isAdmitted(admit(limiter, network(1, 1 + i), "k" + i)) ? 1 : 0;
        }
        assertThat(others).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_logs_in_from_a_known_address_whatever_strangers_of_its_network_and_at_it_do(int attackers)
            throws Exception {
        LoginLimiter limiter = deployed(config(true));
        List<String> home = network(0, 0);
        assertThat(logIn(limiter, home, "user", false)).isEqualTo(LoginVerdict.ADMITTED);
        flood(limiter, attackers);
        for (int i = 0; i < attackers; i++) {
            logIn(limiter, home, "unknown" + i, true);
        }

        for (int i = 0; i < 5; i++) {
            assertThat(logIn(limiter, home, "user", false)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(logIn(limiter, home, "user", false)).isEqualTo(new Refused(Limit.ADDRESS, 900_000));
    }

    /** They share all but the first login of each. */
    @ParameterizedTest
    @CsvSource({"1, 5", "10, 40", "100, 100"})
    void accounts_that_log_in_again_and_again_at_a_known_address_leave_others_there_a_login(int accounts, int admitted)
            throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < accounts; i++) {
            settle(limiter, OTHER, "k" + i, false);
        }
        settle(limiter, OTHER, "user", false);
        int logins = 0;
        for (int i = 0; i < 10 * accounts; i++) {
            logins += isAdmitted(logIn(limiter, List.of(OTHER), "k" + i % accounts, false)) ? 1 : 0;
        }

        assertThat(logins).isEqualTo(admitted);
        assertThat(logIn(limiter, List.of(OTHER), "user", false)).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void guesses_at_a_known_address_stay_bounded() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        settle(limiter, OTHER, "user", false);
        int tried = 0;
        for (int i = 0; i < 50; i++) {
            tried += isAdmitted(admit(limiter, List.of(OTHER), "user")) ? 1 : 0;
            settle(limiter, OTHER, "user", true);
        }
        assertThat(tried).isEqualTo(5);
    }

    /** They sit beside the user, know the e-mail address, and have accounts that are used there too. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_logs_in_with_a_known_device_whatever_clients_at_the_same_address_do(int attackers) throws Exception {
        LoginLimiter limiter = deployed(config(true));
        Optional<String> laptop = Optional.of("laptop");
        for (int i = 0; i < attackers; i++) {
            settle(limiter, OTHER, "k" + i, false);
        }
        assertThat(logIn(limiter, "user", laptop, false)).isEqualTo(LoginVerdict.ADMITTED);
        for (int i = 0; i < 20 * attackers; i++) {
            logIn(limiter, OTHER, "k" + i % attackers, false);
            logIn(limiter, "user", Optional.of("invented" + i), true);
        }
        assertThat(isAdmitted(admit(limiter, OTHER, "user"))).isFalse();

        for (int i = 0; i < 5; i++) {
            assertThat(logIn(limiter, "user", laptop, false)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(reset(limiter, "user", laptop)).isEqualTo(new Admitted(LoginHistory.KNOWN_DEVICE));
        assertThat(logIn(limiter, "user", laptop, false)).isEqualTo(new Refused(Limit.ADDRESS, 900_000));
    }

    @Test
    void guesses_with_known_devices_stay_bounded() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        int tried = 0;
        for (int device = 0; device < 8; device++) {
            settle(limiter, "user", Optional.of("device" + device), false);
        }
        for (int i = 0; i < 80; i++) {
            tried += isAdmitted(logIn(limiter, "user", Optional.of("device" + i % 8), true)) ? 1 : 0;
        }
        assertThat(tried).isEqualTo(40);
        assertThat(bans).isEmpty();
    }

    /** So who logs in again and again stands behind those who come for the first time, however many accounts they have. */
    @Test
    void login_is_told_from_further_ones_within_15_minutes_unless_it_was_given_back() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        Optional<String> laptop = Optional.of("laptop");
        settle(limiter, "user", laptop, false);
        LoginAttempt ofDevice = LoginAttempt.toLogIn("user", List.of(OTHER), laptop);
        LoginAttempt atAddress = LoginAttempt.toLogIn("user", List.of(OTHER), Optional.empty());
        for (LoginAttempt attempt : List.of(ofDevice, atAddress)) {
            assertThat(times(limiter, attempt)).contains(Times.FIRST);
            assertThat(times(limiter, attempt)).contains(Times.FURTHER);
            clock.addAndGet(900_000);
            LoginVerdict again = limiter.admit(attempt).await(30, TimeUnit.SECONDS);
            limiter.giveBack(attempt.admitted((Admitted) again)).await(30, TimeUnit.SECONDS);
            assertThat(times(limiter, attempt)).contains(Times.FIRST);
        }
        assertThat(times(limiter, LoginAttempt.toLogIn("user", List.of("192.0.2.99"), Optional.of("invented"))))
                .isEmpty();
    }

    /** Else an account with many devices would be the first many times. */
    @Test
    void all_devices_of_an_account_have_one_first_login_together() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int device = 0; device < 8; device++) {
            settle(limiter, "user", Optional.of("device" + device), false);
        }
        int first = 0;
        for (int device = 0; device < 8; device++) {
            LoginAttempt attempt = LoginAttempt.toLogIn("user", List.of(OTHER), Optional.of("device" + device));
            first += times(limiter, attempt).equals(Optional.of(Times.FIRST)) ? 1 : 0;
        }
        assertThat(first).isEqualTo(1);
    }

    @Test
    void user_who_mistypes_five_times_with_a_device_can_ask_for_a_mail_with_it_and_not_for_ever() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        Optional<String> laptop = Optional.of("laptop");
        settle(limiter, "user", laptop, false);
        for (int i = 0; i < 5; i++) {
            logIn(limiter, "user", laptop, true);
        }
        assertThat(isAdmitted(logIn(limiter, "user", laptop, false))).isFalse();
        for (int i = 0; i < 5; i++) {
            assertThat(isAdmitted(reset(limiter, "user", laptop))).isTrue();
        }
        assertThat(isAdmitted(reset(limiter, "user", laptop))).isFalse();
    }

    /** A client of the time before, of the account or its e-mail address, is a stranger: its tries count with those of strangers. */
    @Test
    void account_that_is_to_know_one_client_forgets_all_others() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 8; i++) {
            settle(limiter, "192.0.2." + i, "user", false);
            settle(limiter, "user", Optional.of("device" + i), false);
        }
        limiter.knowOnly(new KnownClient("user", List.of(OTHER), Optional.of("laptop")))
                .await(30, TimeUnit.SECONDS);
        for (int i = 0; i < 10; i++) {
            settle(limiter, List.of("192.0.2." + i % 8), "user", true);
        }

        assertThat(isAdmitted(admit(limiter, "192.0.2.1", "user"))).isFalse();
        assertThat(isAdmitted(limiter.admit(LoginAttempt.toLogIn("user", List.of("192.0.2.1"), Optional.of("device1")))
                        .await(30, TimeUnit.SECONDS)))
                .isFalse();
        assertThat(admit(limiter, OTHER, "user")).isEqualTo(FIRST_AT_ADDRESS);
        assertThat(limiter.admit(LoginAttempt.toLogIn("user", List.of("192.0.2.1"), Optional.of("laptop")))
                        .await(30, TimeUnit.SECONDS))
                .isEqualTo(FIRST_OF_DEVICE);
    }

    /** They knew the password, and have used up what all devices of the account have together. */
    @Test
    void device_that_an_account_is_to_know_logs_in_whatever_those_before_used_up() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 8; i++) {
            settle(limiter, "user", Optional.of("device" + i), false);
        }
        for (int i = 0; i < 40; i++) {
            logIn(limiter, "user", Optional.of("device" + i % 8), true);
        }
        limiter.knowOnly(new KnownClient("user", List.of(OTHER), Optional.of("laptop")))
                .await(30, TimeUnit.SECONDS);

        assertThat(logIn(limiter, "user", Optional.of("laptop"), false)).isEqualTo(LoginVerdict.ADMITTED);
    }

    /** The first step is the one login that others who are known at the address leave. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void login_in_two_steps_is_possible_where_one_login_is_left(boolean known) throws Exception {
        LoginLimiter limiter = deployed(config(true));
        if (known) {
            settle(limiter, OTHER, "user", false);
        }
        for (int i = 0; i < (known ? 200 : 4); i++) {
            if (known) {
                settle(limiter, OTHER, "k" + i, false);
            }
            logIn(limiter, OTHER, "k" + i, false);
        }
        assertThat(firstStep(limiter, OTHER, "user")).isEqualTo(LoginVerdict.ADMITTED);
        assertThat(logIn(limiter, OTHER, "user", false)).as("with the code").isEqualTo(LoginVerdict.ADMITTED);
        assertThat(isAdmitted(admit(limiter, OTHER, "stranger")))
                .as("others get none for it")
                .isEqualTo(known);
    }

    /** Of one who knows the password, and not the code. */
    @Test
    void first_steps_give_one_more_attempt_and_no_further_ones() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        int tried = 0;
        for (int i = 0; i < 30; i++) {
            tried += isAdmitted(firstStep(limiter, OTHER, "user")) ? 1 : 0;
        }
        assertThat(tried).isEqualTo(6);
    }

    @Test
    void first_login_of_a_known_account_is_told_at_an_address_that_many_share() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        settle(limiter, OFFICE, "user", false);
        LoginAttempt attempt = LoginAttempt.toLogIn("user", List.of(OFFICE), Optional.empty());
        assertThat(times(limiter, attempt)).contains(Times.FIRST);
        for (int i = 0; i < 20; i++) {
            assertThat(times(limiter, attempt)).as("none is refused").contains(Times.FURTHER);
            limiter.giveBack(attempt.admitted(new Admitted(LoginHistory.KNOWN_ADDRESS)))
                    .await(30, TimeUnit.SECONDS);
        }
    }

    private static Optional<Times> times(LoginLimiter limiter, LoginAttempt attempt) throws Exception {
        return limiter.admit(attempt)
                .await(30, TimeUnit.SECONDS)
                .fold(Admitted::times, (limit, wait) -> Optional.empty());
    }

    @Test
    void account_knows_eight_devices_and_forgets_the_one_that_was_used_longest_ago() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int device = 0; device < 9; device++) {
            settle(limiter, "user", Optional.of("device" + device), false);
            clock.addAndGet(1_000);
        }
        assertThat(reset(limiter, "user", Optional.of("device0"))).isEqualTo(LoginVerdict.ADMITTED);
        assertThat(reset(limiter, "user", Optional.of("device1"))).isEqualTo(new Admitted(LoginHistory.KNOWN_DEVICE));
        assertThat(reset(limiter, "other", Optional.of("device1"))).isEqualTo(LoginVerdict.ADMITTED);
    }

    /** No password is tried, so the failures of an account keep no one from a mail. */
    @Test
    void mail_is_asked_for_with_an_unknown_device_while_strangers_fail() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 10; i++) {
            settle(limiter, "user", true);
        }
        assertThat(reset(limiter, "user", Optional.of("forgotten"))).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void attempts_with_a_known_device_that_are_given_back_lock_no_client_out() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        Optional<String> laptop = Optional.of("laptop");
        settle(limiter, "user", laptop, false);
        LoginAttempt attempt = LoginAttempt.toLogIn("user", List.of(OTHER), laptop);
        for (int i = 0; i < 60; i++) {
            assertThat(limiter.admit(attempt).await(30, TimeUnit.SECONDS)).isEqualTo(FIRST_OF_DEVICE);
            limiter.giveBack(attempt.admitted(FIRST_OF_DEVICE)).await(30, TimeUnit.SECONDS);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(isAdmitted(limiter.admit(attempt).await(30, TimeUnit.SECONDS)))
                    .isTrue();
            limiter.settle(PasswordCheck.failed("user", List.of(OTHER), true, laptop))
                    .await(30, TimeUnit.SECONDS);
            assertThat(logIn(limiter, "user", laptop, false))
                    .as("the second step of a login, whose first then counts no more")
                    .isEqualTo(LoginVerdict.ADMITTED);
            clock.addAndGet(30_000);
        }
    }

    @Test
    void logins_of_an_address_that_many_share_are_observed_and_its_accounts_keep_their_limit() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 12; i++) {
            assertThat(admit(limiter, OFFICE, "k" + i)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(record.observed("login")).isEqualTo(7);

        for (int i = 0; i < 10; i++) {
            assertThat(logIn(limiter, OFFICE, "victim", true)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(admit(limiter, OFFICE, "victim")).isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
        for (int i = 0; i < 5; i++) {
            assertThat(admit(limiter, "192.0.2.1", "k" + i)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(new Refused(Limit.ADDRESS, 900_000));
    }

    @Test
    void logins_of_a_shared_address_of_ipv6_count_for_no_wider_network() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        List<String> office = List.of("2001:db8:0:7::/64", "2001:db8::/48");
        for (int i = 0; i < 100; i++) {
            assertThat(limiter.admit(LoginAttempt.toRegister(office)).await(30, TimeUnit.SECONDS))
                    .isEqualTo(LoginVerdict.ADMITTED);
        }
        LoginAttempt another = LoginAttempt.toRegister(List.of("2001:db8:0:8::/64", "2001:db8::/48"));
        assertThat(limiter.admit(another).await(30, TimeUnit.SECONDS)).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void admitted_attempt_says_what_is_known_of_the_account_and_the_address() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(new Admitted(LoginHistory.NO_FAILURES));

        settle(limiter, "192.0.2.1", "k", false);
        settle(limiter, "192.0.2.2", "k", true);

        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(FIRST_AT_ADDRESS);
        assertThat(admit(limiter, "192.0.2.3", "k")).isEqualTo(new Admitted(LoginHistory.FAILURES));
        assertThat(admit(limiter, "192.0.2.3", "other")).isEqualTo(new Admitted(LoginHistory.NO_FAILURES));
        clock.addAndGet(900_000);
        assertThat(admit(limiter, "192.0.2.3", "k")).isEqualTo(new Admitted(LoginHistory.NO_FAILURES));
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
    void of_many_guesses_at_one_time_only_ten_learn_that_they_are_wrong_and_later_none_that_it_is_right(
            VertxTestContext context) throws Exception {
        LoginLimiter limiter = deployed(config(true));
        List<Future<LoginVerdict>> guesses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            guesses.add(limiter.settle(PasswordCheck.failed("k", List.of("192.0.2.1"), false, Optional.empty())));
        }
        Future.all(guesses)
                .compose(told -> {
                    context.verify(() -> assertThat(told.<LoginVerdict>list())
                            .filteredOn(LoginVerdict.ADMITTED::equals)
                            .hasSize(10));
                    return limiter.settle(PasswordCheck.right("k", List.of("192.0.2.1"), Optional.empty()));
                })
                .onComplete(context.succeeding(right -> {
                    assertThat(right).isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
                    context.completeNow();
                }));
    }

    @Test
    void stranger_who_spends_the_failures_of_an_account_does_not_lock_out_its_user() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        assertThat(logIn(limiter, "198.51.100.7", "victim", false)).isEqualTo(LoginVerdict.ADMITTED);
        for (int hour = 0; hour < 48; hour++) {
            for (int i = 0; i < 20; i++) {
                logIn(limiter, "192.0.2." + i, "victim", true);
            }
            assertThat(logIn(limiter, "192.0.2.99", "victim", false))
                    .as("a stranger with the right password, which may be the last guess")
                    .isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
            assertThat(logIn(limiter, "198.51.100.7", "victim", false)).isEqualTo(LoginVerdict.ADMITTED);
            clock.addAndGet(3_600_000);
        }
        assertThat(bans).isEmpty();
    }

    @Test
    void address_that_an_account_was_used_from_has_failures_of_its_own() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        logIn(limiter, "198.51.100.7", "k", false);
        for (int i = 0; i < 10; i++) {
            assertThat(logIn(limiter, "198.51.100.7", "k", true)).isEqualTo(LoginVerdict.ADMITTED);
        }
        Refused refused = new Refused(Limit.ACCOUNT, 900_000);
        assertThat(logIn(limiter, "198.51.100.7", "k", false)).isEqualTo(refused);
        assertThat(logIn(limiter, "192.0.2.1", "k", true)).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void refused_right_password_of_a_stranger_makes_its_address_not_known() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        for (int i = 0; i < 10; i++) {
            logIn(limiter, "192.0.2.1", "k", true);
        }
        Refused refused = new Refused(Limit.ACCOUNT, 900_000);
        assertThat(settle(limiter, "192.0.2.1", "k", false)).isEqualTo(refused);
        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(refused);
    }

    @Test
    void user_who_is_logged_in_changes_a_password_though_strangers_spent_the_failures() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        for (int i = 0; i < 10; i++) {
            settle(limiter, "k", true);
        }
        for (Optional<String> login : List.of(Optional.of("login"), Optional.<String>empty())) {
            assertThat(tries(limiter, login, 15)).isEqualTo(10);
            assertThat(limiter.settle(PasswordCheck.ofUser("k", login)).await(30, TimeUnit.SECONDS))
                    .isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
        }
    }

    /** Each thief has one login of the user, and tries passwords in it until it may not any more. */
    @ParameterizedTest
    @CsvSource({"1, 10", "3, 10", "10, 1", "100, 1"})
    void user_who_logs_in_again_tries_a_password_whatever_thieves_of_other_logins_tried(int thieves, int left)
            throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        int guesses = 0;
        for (int thief = 0; thief < thieves; thief++) {
            guesses += tries(limiter, Optional.of("stolen" + thief), 15);
        }
        int own = tries(limiter, Optional.of("new"), 15);
        System.out.printf(
                "%d thieves of one login each: %d guesses, and %d tries of the user in a new one%n",
                thieves, guesses, own);
        assertThat(own).isEqualTo(left);
        assertThat(guesses).as("each has one, and all together 40").isLessThanOrEqualTo(40 + thieves);
        assertThat(tries(limiter, Optional.of("newer"), 1)).isEqualTo(1);
        assertThat(bans).isEmpty();
    }

    private static int tries(LoginLimiter limiter, Optional<String> login, int times) throws Exception {
        int tried = 0;
        for (int i = 0; i < times; i++) {
            tried += isAdmitted(limiter.settle(PasswordCheck.ofUser("k", login)).await(30, TimeUnit.SECONDS)) ? 1 : 0;
        }
        return tried;
    }

    @Test
    void address_that_fails_for_twenty_accounts_is_told_to_wait_and_banned() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        for (int i = 0; i < 19; i++) {
            assertThat(logIn(limiter, "192.0.2.1", "k" + i, true)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(logIn(limiter, "192.0.2.1", "k18", true))
                .as("the same account")
                .isEqualTo(LoginVerdict.ADMITTED);
        assertThat(logIn(limiter, "192.0.2.1", "k19", true)).isEqualTo(new Refused(Limit.STUFFING, 900_000));
        assertThat(bans).extracting(ban -> ban.target().key()).containsExactly("ip:192.0.2.1");
        assertThat(logIn(limiter, "192.0.2.2", "k19", true))
                .as("another address")
                .isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void logins_that_are_refused_by_their_own_limit_are_no_failures() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 100; i++) {
            logIn(limiter, "192.0.2.1", "k" + i, true);
        }
        assertThat(bans).isEmpty();
    }

    @Test
    void fifty_users_behind_one_address_who_mistype_are_not_banned() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        for (int i = 0; i < 50; i++) {
            for (int mistakes = 0; mistakes < 1 + i % 3; mistakes++) {
                assertThat(logIn(limiter, "198.51.100.7", "k" + i, true)).isEqualTo(LoginVerdict.ADMITTED);
            }
            assertThat(logIn(limiter, "198.51.100.7", "k" + i, false)).isEqualTo(LoginVerdict.ADMITTED);
        }
        clock.addAndGet(86_400_000);
        for (int i = 0; i < 50; i++) { // the next morning, all at once
            assertThat(logIn(limiter, "198.51.100.7", "k" + i, true)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(bans).isEmpty();
        assertThat(events.all()).isEmpty();
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
        LoginLimiter limiter = deployed(LoginFixture.limits(true, 5, 10, true, true));
        for (int i = 0; i < 12; i++) {
            assertThat(admit(limiter, "192.0.2.1", "k")).isInstanceOf(Admitted.class);
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
        LoginLimiter limiter = deployed(LoginFixture.limits(true, 5, 10, false, true));
        for (int i = 0; i < 5; i++) {
            assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(LoginVerdict.ADMITTED);
        }

        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(new Refused(Limit.ADDRESS, 900_000));
    }

    @Test
    void attempts_that_are_given_back_lock_no_client_out() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        LoginAttempt attempt = LoginAttempt.toLogIn("k", List.of("192.0.2.1"), Optional.empty());
        for (int i = 0; i < 120; i++) {
            Optional<String> login = i % 2 == 0 ? Optional.of("login") : Optional.empty();
            assertThat(limiter.admit(attempt).await(30, TimeUnit.SECONDS)).isEqualTo(LoginVerdict.ADMITTED);
            limiter.giveBack(attempt).await(30, TimeUnit.SECONDS);
            assertThat(tries(limiter, login, 1)).isEqualTo(1);
            limiter.giveBack(LoginAttempt.ofUser("k", login)).await(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void attempts_at_a_known_address_that_are_given_back_lock_no_client_out() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        settle(limiter, OTHER, "k", false);
        LoginAttempt attempt = LoginAttempt.toLogIn("k", List.of(OTHER), Optional.empty());
        for (int i = 0; i < 60; i++) {
            LoginVerdict verdict = limiter.admit(attempt).await(30, TimeUnit.SECONDS);
            assertThat(verdict).isEqualTo(FIRST_AT_ADDRESS);
            limiter.giveBack(attempt.admitted(FIRST_AT_ADDRESS)).await(30, TimeUnit.SECONDS);
        }
    }

    /** Each pays one login of the address, and no failure; else four logins would take eight of the five. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void logins_in_two_steps_cost_one_login_each_and_no_failure(boolean known) throws Exception {
        LoginLimiter limiter = deployed(LoginFixture.limits(true, 5, 2, false, false));
        if (known) {
            settle(limiter, OTHER, "k", false);
        }
        for (int i = 0; i < 4; i++) {
            assertThat(firstStep(limiter, OTHER, "k")).isEqualTo(LoginVerdict.ADMITTED);
            assertThat(logIn(limiter, OTHER, "k", false)).isEqualTo(LoginVerdict.ADMITTED);
            clock.addAndGet(30_000);
        }
    }

    @Test
    void right_passwords_without_a_code_count_until_a_login_succeeds() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        for (int i = 0; i < 10; i++) {
            assertThat(firstStep(limiter, OTHER, "k")).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(limiter.settle(PasswordCheck.failed("k", List.of(OTHER), true, Optional.empty()))
                        .await(30, TimeUnit.SECONDS))
                .as("the right password is not told from a wrong one")
                .isEqualTo(settle(limiter, OTHER, "k", true))
                .isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
    }

    @Test
    void success_takes_back_no_failure_of_others() throws Exception {
        LoginLimiter limiter = deployed(manyLogins());
        for (int i = 0; i < 9; i++) {
            settle(limiter, "192.0.2.1", "k", true);
        }
        for (int i = 0; i < 5; i++) {
            assertThat(settle(limiter, OTHER, "k", false)).isEqualTo(LoginVerdict.ADMITTED);
        }
        assertThat(settle(limiter, "192.0.2.1", "k", true)).isEqualTo(LoginVerdict.ADMITTED);
        assertThat(settle(limiter, "192.0.2.1", "k", true)).isEqualTo(new Refused(Limit.ACCOUNT, 900_000));
    }

    @Test
    void limit_that_is_only_observed_gives_back_no_count_of_another_attempt() throws Exception {
        LoginLimiter limiter = deployed(config(true));
        for (int i = 0; i < 9; i++) {
            admit(limiter, OFFICE, "k" + i);
            limiter.giveBack(LoginAttempt.toLogIn("k" + i, List.of(OFFICE), Optional.empty()))
                    .await(30, TimeUnit.SECONDS);
        }
        assertThat(record.observed("login")).isEqualTo(4);
    }

    @Test
    void switched_off_limiter_admits_without_the_stage() throws Exception {
        LoginLimiter limiter = new LoginLimiter(bus, () -> config(false));
        assertThat(admit(limiter, "192.0.2.1", "k")).isEqualTo(LoginVerdict.ADMITTED);
        assertThat(settle(limiter, "k", true)).isEqualTo(LoginVerdict.ADMITTED);
    }

    @Test
    void without_the_stage_no_login_is_admitted_and_without_its_store_none_is_answered() throws Exception {
        LoginLimiter limiter = new LoginLimiter(bus, () -> config(true));
        assertThatThrownBy(() -> admit(limiter, "192.0.2.1", "k")).isInstanceOf(BusFailure.class);
        LoginCounters full = new LoginCounters(new TransientRowStore(clock::get, LoginCounters.bounds(1)));
        new LoginLimits(full, defences(), () -> config(true), record.observed())
                .answer(bus, 0)
                .await(30, TimeUnit.SECONDS);
        settle(limiter, "k", true);
        assertThatThrownBy(() -> settle(limiter, "l", true))
                .as("its table of accounts is full")
                .isInstanceOf(BusFailure.class);
        assertThatThrownBy(() -> settle(limiter, "l", false))
                .as("the right password is answered like a wrong one")
                .isInstanceOf(BusFailure.class);
        assertThatThrownBy(() -> admit(limiter, "192.0.2.1", "l"))
                .as("nothing is tried")
                .isInstanceOf(BusFailure.class);
    }

    /** The right password, without the code that its account asks for. */
    private static LoginVerdict firstStep(LoginLimiter limiter, String address, String account) throws Exception {
        LoginVerdict admitted = admit(limiter, address, account);
        return isAdmitted(admitted)
                ? limiter.settle(PasswordCheck.failed(account, List.of(address), true, Optional.empty()))
                        .await(30, TimeUnit.SECONDS)
                : admitted;
    }

    private static LoginVerdict logIn(LoginLimiter limiter, String account, Optional<String> device, boolean failed)
            throws Exception {
        LoginVerdict admitted = limiter.admit(LoginAttempt.toLogIn(account, List.of(OTHER), device))
                .await(30, TimeUnit.SECONDS);
        return isAdmitted(admitted) ? settle(limiter, account, device, failed) : admitted;
    }

    private static LoginVerdict settle(LoginLimiter limiter, String account, Optional<String> device, boolean failed)
            throws Exception {
        return limiter.settle(new PasswordCheck(account, failed, List.of(OTHER), false, device, Optional.empty()))
                .await(30, TimeUnit.SECONDS);
    }

    private static LoginVerdict reset(LoginLimiter limiter, String account, Optional<String> device) throws Exception {
        return limiter.admit(LoginAttempt.toReset(account, List.of(OTHER), device))
                .await(30, TimeUnit.SECONDS);
    }

    /** So many customers of one provider, each in a /56, make 20 attempts in each of four /64. Returns how many are admitted. */
    private static int flood(LoginLimiter limiter, int customers) throws Exception {
        int admitted = 0;
        for (int i = 0; i < 20 * customers; i++) {
            List<String> address = network(1 + i % customers, i % 4);
            admitted += isAdmitted(admit(limiter, address, "k" + i)) ? 1 : 0;
        }
        return admitted;
    }

    /** The keys of an address in this /56 and this /64 of it. */
    private static List<String> network(int site, int subnet) {
        return List.of("2001:db8:0:" + Integer.toHexString(256 * site + subnet) + "::/64", "2001:db8::/48");
    }

    private static boolean isAdmitted(LoginVerdict verdict) {
        return verdict.fold(any -> true, (limit, wait) -> false);
    }

    private LoginLimiter deployed(LoginConfig config) throws Exception {
        new LoginLimits(LoginFixture.counters(clock::get), defences(), () -> config, record.observed())
                .answer(bus, 0)
                .await(30, TimeUnit.SECONDS);
        return new LoginLimiter(bus, () -> config);
    }

    private static LoginConfig config(boolean enabled) {
        return LoginFixture.limits(enabled, 5, 10, false, false);
    }

    private static LoginVerdict admit(LoginLimiter limiter, String address, String account) throws Exception {
        return admit(limiter, List.of(address), account);
    }

    private static LoginVerdict admit(LoginLimiter limiter, List<String> address, String account) throws Exception {
        return limiter.admit(LoginAttempt.toLogIn(account, address, Optional.empty()))
                .await(30, TimeUnit.SECONDS);
    }

    private LoginDefences defences() {
        return LoginFixture.defences(
                LoginFixture.STANDARD,
                any -> false,
                address -> SHARED.stream().anyMatch(address::overlaps),
                ban -> {
                    bans.add(ban);
                    return Future.succeededFuture(Optional.of(ban));
                },
                events,
                clock::get);
    }

    private static LoginVerdict settle(LoginLimiter limiter, String account, boolean failed) throws Exception {
        return settle(limiter, "192.0.2.1", account, failed);
    }

    private static LoginVerdict settle(LoginLimiter limiter, String address, String account, boolean failed)
            throws Exception {
        return settle(limiter, List.of(address), account, failed);
    }

    private static LoginVerdict settle(LoginLimiter limiter, List<String> address, String account, boolean failed)
            throws Exception {
        return limiter.settle(new PasswordCheck(account, failed, address, false, Optional.empty(), Optional.empty()))
                .await(30, TimeUnit.SECONDS);
    }

    private static LoginVerdict logIn(LoginLimiter limiter, String address, String account, boolean failed)
            throws Exception {
        return logIn(limiter, List.of(address), account, failed);
    }

    /** All attempts of a login, with a wrong password or the right one. */
    private static LoginVerdict logIn(LoginLimiter limiter, List<String> address, String account, boolean failed)
            throws Exception {
        LoginVerdict admitted = admit(limiter, address, account);
        return isAdmitted(admitted) ? settle(limiter, address, account, failed) : admitted;
    }

    private static LoginConfig manyLogins() {
        return LoginFixture.limits(true, 10_000, 10, false, false);
    }
}
