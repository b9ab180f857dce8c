package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.ConnectionLimiter.Full;
import dev.portcullis.edge.connection.ConnectionLimiter.Slot;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionLimiterTest {
    private static final List<String> HOME = List.of("192.0.2.1");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");
    private static final int GRACE_MS = 1_000;
    private static final long SEED = 28;
    private static final int PER_ADDRESS = 100;

    private long now;

    private final ConnectionLimiter connectionLimiter = limiter(3, 20);

    private final ConnectionLimiter shippedOnce = shipped();

    @Test
    void session_capacity_follows_the_heap_and_has_a_minimum() {
        long mib = 1 << 20;
        assertThat(ConnectionLimitsConfig.sessionCapacity(256 * mib, 64 * mib, false))
                .isBetween(900, 2_000);
        assertThat(ConnectionLimitsConfig.sessionCapacity(1_024 * mib, 256 * mib, false))
                .isGreaterThan(6_000);
        assertThat(ConnectionLimitsConfig.sessionCapacity(8_192 * mib, 2_048 * mib, false))
                .isGreaterThan(50_000);
        assertThat(ConnectionLimitsConfig.sessionCapacity(64 * mib, 16 * mib, false))
                .isEqualTo(100);
        assertThat(ConnectionLimitsConfig.sessionCapacity(Long.MAX_VALUE, 0, false))
                .isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void user_who_is_refused_sessions_again_and_again_leaves_the_address_its_places() {
        ConnectionLimiter limiter = limiter(3, 200);
        List<Slot> refused = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            refused.add(slot(limiter.acquire(HOME, false)));
            assertThat(refused.get(i).ending()).isTrue();
        }
        assertThat(limiter.size()).isEqualTo(10);
        assertThat(limiter.addresses()).isZero();

        refused.forEach(Slot::release);
        refused.forEach(Slot::release);
        assertThat(limiter.size()).isZero();
        assertThat(admitted(limiter, ANN)).isPresent();
        assertThat(limiter.addresses()).isEqualTo(1);
    }

    @Test
    void refused_connections_that_wait_for_their_end_are_bounded() {
        ConnectionLimiter few = limiter(3, 20);
        for (int i = 0; i < 2; i++) {
            assertThat(few.acquire(HOME, false).fold(Slot::ending, full -> false))
                    .isTrue();
        }
        Slot last = slot(few.acquire(HOME, false));

        assertThat(last.ending()).isFalse();
        last.release();
        assertThat(few.addresses()).isZero();
        assertThat(few.size()).isEqualTo(2);
    }

    @Test
    void session_capacity_with_tls_is_smaller() {
        long mib = 1 << 20;
        assertThat(ConnectionLimitsConfig.sessionCapacity(256 * mib, 64 * mib, true))
                .isLessThan(ConnectionLimitsConfig.sessionCapacity(256 * mib, 64 * mib, false) * 4 / 5);
    }

    @Test
    void pending_capacity_follows_the_heap_and_has_a_minimum() {
        long mib = 1 << 20;
        assertThat(ConnectionLimitsConfig.pendingCapacity(128 * mib)).isEqualTo(341);
        assertThat(ConnectionLimitsConfig.pendingCapacity(4_096 * mib)).isGreaterThan(10_000);
        assertThat(ConnectionLimitsConfig.pendingCapacity(8 * mib)).isEqualTo(100);
        assertThat(ConnectionLimitsConfig.pendingCapacity(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void address_at_its_limit_gets_no_slot_until_one_is_released() {
        ConnectionLimiter three = limiter(3, 200);
        List<Slot> slots = acquire(three, 3, true);
        assertThat(three.acquire(HOME, true)).isEqualTo(Result.refused(Full.ADDRESS));
        assertThat(isSlot(three.acquire(List.of("192.0.2.2"), true))).isTrue();
        slots.get(0).release();
        assertThat(isSlot(three.acquire(HOME, true))).isTrue();
        assertThat(three.acquire(HOME, true)).isEqualTo(Result.refused(Full.ADDRESS));
    }

    @Test
    void slot_that_is_released_twice_counts_once() {
        ConnectionLimiter three = limiter(3, 200);
        List<Slot> slots = acquire(three, 3, true);
        slots.get(0).release();
        slots.get(0).release();
        assertThat(three.size()).isEqualTo(2);
        assertThat(isSlot(three.acquire(HOME, true))).isTrue();
        assertThat(three.acquire(HOME, true)).isEqualTo(Result.refused(Full.ADDRESS));
    }

    @Test
    void wider_network_has_eight_times_the_limit() {
        ConnectionLimiter wide = limiter(2, 1_000);
        for (int i = 0; i < 8; i++) {
            List<String> keys = List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48");
            assertThat(isSlot(wide.acquire(keys, true))).isTrue();
            assertThat(isSlot(wide.acquire(keys, true))).isTrue();
            assertThat(wide.acquire(keys, true)).isEqualTo(Result.refused(Full.ADDRESS));
        }
        assertThat(wide.acquire(List.of("2001:db8:0:9::/64", "2001:db8::/48"), true))
                .isEqualTo(Result.refused(Full.ADDRESS));
        assertThat(wide.size()).as("refused connections hold no slot").isEqualTo(16);
        assertThat(isSlot(wide.acquire(List.of("2001:db8:0:9::/64", "2001:db9::/48"), true)))
                .as("no slot of the narrow network is held either")
                .isTrue();
    }

    @Test
    void node_is_full_at_its_limit_and_at_a_tenth_of_it_for_anonymous_connections() {
        List<Slot> anonymous = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            anonymous.add(slot(connectionLimiter.acquire(List.of("n" + i), true)));
        }
        assertThat(connectionLimiter.acquire(List.of("n2"), true)).isEqualTo(Result.refused(Full.NODE));
        for (int i = 0; i < 18; i++) {
            assertThat(isSlot(connectionLimiter.acquire(List.of("u" + i), false)))
                    .isTrue();
        }
        assertThat(connectionLimiter.acquire(List.of("u18"), false)).isEqualTo(Result.refused(Full.NODE));
        assertThat(connectionLimiter.size()).isEqualTo(20);
        anonymous.get(0).release();
        assertThat(isSlot(connectionLimiter.acquire(List.of("n2"), true))).isTrue();
    }

    @Test
    void anonymous_connection_that_authenticates_frees_one_anonymous_slot_once() {
        Slot first = slot(connectionLimiter.acquire(List.of("n0"), true));
        slot(connectionLimiter.acquire(List.of("n1"), true));
        assertThat(first.admit(ANN)).isTrue();
        assertThat(first.admit(ANN)).isTrue();
        assertThat(isSlot(connectionLimiter.acquire(List.of("n2"), true))).isTrue();
        first.release();
        assertThat(connectionLimiter.acquire(List.of("n3"), true)).isEqualTo(Result.refused(Full.NODE));
    }

    /** Accounts that take all the sessions they may have, while the address has room for them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 20, 99})
    void user_without_a_connection_at_a_full_address_gets_one(int accounts) {
        ConnectionLimiter limiter = shipped();
        List<Slot> held = new ArrayList<>();
        for (int account = 0; account < accounts; account++) {
            for (int session = 0; session < 5; session++) {
                admitted(limiter, new UserId("account" + account)).ifPresent(held::add);
            }
        }
        assertThat(held).hasSize(accounts <= 20 ? 5 * accounts : 100 + accounts - 20);

        assertThat(admitted(limiter, ANN)).isPresent();
        assertThat(limiter.size()).as("who was there stays").isEqualTo(held.size() + 1);
        assertThat(admitted(limiter, ANN).isPresent()).as("a second one").isEqualTo(held.size() + 1 < PER_ADDRESS);
    }

    @Test
    void address_has_no_more_users_than_connections() {
        ConnectionLimiter limiter = shipped();
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(admitted(limiter, new UserId("user" + i))).isPresent();
        }
        assertThat(admitted(limiter, ANN)).isEmpty();
        assertThat(slot(limiter.tryOut(HOME)).admit(ANN)).as("on trial neither").isFalse();
    }

    /** Those of issuers whose server does not answer take seconds each. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 99})
    void user_gets_in_while_tokens_of_strangers_are_checked(int strangers) {
        List<Slot> checked = acquire(shippedOnce, strangers, false);
        for (int i = 0; i < PER_ADDRESS; i++) {
            assertThat(admitted(shippedOnce, new UserId("user" + i))).isPresent();
        }
        assertThat(admitted(shippedOnce, ANN)).as("one more").isEmpty();
        checked.forEach(Slot::release);
        assertThat(shippedOnce.size()).isEqualTo(PER_ADDRESS);
    }

    @Test
    void address_has_as_many_tokens_checked_beside_its_places_as_connections() {
        List<Slot> reserved = acquire(connectionLimiter, 3, false);
        assertThat(reserved).allMatch(Slot::isAssured);
        List<Slot> checked = acquire(connectionLimiter, 3, false);
        assertThat(checked).noneMatch(Slot::isAssured);
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Result.refused(Full.ADDRESS));
        assertThat(isSlot(connectionLimiter.acquire(HOME, true))).as("no token").isTrue();
        assertThat(checked.get(0).admit(ANN)).isTrue();
        assertThat(isSlot(connectionLimiter.acquire(HOME, false))).isTrue();
    }

    /** Its session is opened meanwhile, and may end another one of its user, which must not be for nothing. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void client_that_was_assured_a_place_gets_it_though_others_came_meanwhile(int clients) {
        List<Slot> assured = acquire(shippedOnce, clients, false);
        assertThat(assured).allMatch(Slot::isAssured);
        long newcomers = IntStream.range(0, 2 * PER_ADDRESS)
                .filter(i -> admitted(shippedOnce, new UserId("newcomer" + i)).isPresent())
                .count();
        for (int i = 0; i < clients; i++) {
            assertThat(assured.get(i).admit(new UserId("user" + i))).isTrue();
        }
        assertThat(newcomers).isEqualTo(PER_ADDRESS);
        assured.forEach(Slot::release);
        assertThat(shippedOnce.size()).isEqualTo(PER_ADDRESS);
    }

    /** The strangers want it all the time. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void place_of_a_connection_that_is_gone_is_its_users(int strangers) {
        Slot gone = admitted(shippedOnce, ANN).orElseThrow();
        for (int i = 1; i < PER_ADDRESS; i++) {
            assertThat(admitted(shippedOnce, new UserId("other" + i))).isPresent();
        }
        Runnable giveUp = gone.vacate();
        gone.release();
        for (int i = 0; i < strangers; i++) {
            assertThat(admitted(shippedOnce, new UserId("stranger" + i))).isEmpty();
        }
        assertThat(admitted(shippedOnce, ANN)).isPresent();
        assertThat(admitted(shippedOnce, ANN)).as("for one place").isEmpty();
        giveUp.run();
        assertThat(shippedOnce.size()).isEqualTo(PER_ADDRESS);
        assertThat(admitted(shippedOnce, BEN)).isEmpty();
    }

    @Test
    void place_that_its_user_does_not_take_in_time_is_free() {
        Slot gone = admitted(shippedOnce, ANN).orElseThrow();
        for (int i = 1; i < PER_ADDRESS; i++) {
            assertThat(admitted(shippedOnce, new UserId("other" + i))).isPresent();
        }
        Runnable giveUp = gone.vacate();
        assertThat(admitted(shippedOnce, BEN)).isEmpty();
        giveUp.run();
        giveUp.run();
        assertThat(admitted(shippedOnce, BEN)).isPresent();
        gone.release();
        assertThat(shippedOnce.size()).isEqualTo(PER_ADDRESS);
    }

    /** Whether the others there are strangers, each with a connection, or there is one who has all of them. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 99})
    void connections_of_a_user_are_checked_each_time_when_a_further_one_is_refused_for_them(int others) {
        List<String> checks = new ArrayList<>();
        for (int i = 0; i < PER_ADDRESS - 1; i++) {
            UserId other = new UserId("other" + i % others);
            admitted(shippedOnce, other).orElseThrow().onContested(() -> checks.add(other.value()));
        }
        Slot first = admitted(shippedOnce, ANN).orElseThrow();
        first.onContested(() -> checks.add("ann"));
        assertThat(checks).as("there was room").isEmpty();

        assertThat(admitted(shippedOnce, ANN)).isEmpty();
        assertThat(admitted(shippedOnce, ANN)).isEmpty();
        assertThat(shippedOnce.open(HOME, ANN)).isEmpty();
        assertThat(checks).containsExactly("ann", "ann", "ann");

        assertThat(first.ending()).isTrue();
        Slot second = admitted(shippedOnce, ANN).orElseThrow();
        assertThat(checks).as("the one that ends").hasSize(3);
        first.release();
        assertThat(second.admit(ANN)).isTrue();
        assertThat(shippedOnce.size()).isEqualTo(PER_ADDRESS);
    }

    @Test
    void slot_beyond_those_of_its_address_leaves_it_as_it_was() {
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            slots.add(slot(connectionLimiter.acquire(HOME, false)));
            assertThat(slots.get(i).admit(BEN)).isTrue();
        }
        Slot beyond = slot(connectionLimiter.acquire(HOME, false));
        assertThat(beyond.admit(BEN)).as("who has some already").isFalse();
        beyond.release();
        assertThat(connectionLimiter.size()).isEqualTo(3);
        assertThat(connectionLimiter.held(HOME.get(0), BEN)).isEqualTo(3);
        slots.forEach(Slot::release);
        assertThat(connectionLimiter.addresses()).isZero();
    }

    /** Each attacker opens nine in a second. A round trip and the check of the token take 200 ms. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void client_on_trial_proves_its_user_while_others_open_trials_without_an_end(int attackers) {
        ConnectionLimiter limiter = shipped();
        Flood flood = new Flood(limiter, attackers * 9);
        flood.last(10_000);
        int proved = 0;
        for (int i = 0; i < 100; i++) {
            Optional<Slot> honest = onTrial(limiter);
            flood.last(200);
            UserId user = new UserId("honest" + i);
            if (honest.filter(slot -> slot.admit(user)).isPresent()) {
                proved++;
                honest.get().release();
            }
        }
        assertThat(proved).isEqualTo(100);
    }

    /** Each account at as many addresses as it likes, and at those of an IPv6 /48. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void user_opens_a_session_while_accounts_open_at_many_addresses_and_connect_none(int accounts) {
        ConnectionLimiter limiter = shipped();
        for (int account = 0; account < accounts; account++) {
            UserId attacker = new UserId("attacker" + account);
            for (int i = 0; i < 500; i++) {
                limiter.open(
                        List.of("2001:db8:%x:%x::/64".formatted(account, i), "2001:db8:%x::/48".formatted(account)),
                        attacker);
            }
        }
        assertThat(limiter.size()).isEqualTo(5 * accounts);
        assertThat(limiter.open(HOME, ANN).filter(slot -> slot.admit(ANN))).isPresent();
    }

    @Test
    void openings_that_connect_make_room_for_others_of_their_user() {
        List<Slot> opened = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            opened.add(shippedOnce.open(List.of("n" + i), ANN).orElseThrow());
        }
        assertThat(shippedOnce.open(List.of("n6"), ANN)).isEmpty();
        assertThat(shippedOnce.unauthenticated()).isEqualTo(5);
        assertThat(opened.get(0).admit(ANN)).isTrue();
        assertThat(opened.get(1).admit(BEN)).isTrue();
        opened.get(2).release();
        opened.get(2).release();
        for (int i = 6; i < 9; i++) {
            assertThat(shippedOnce.open(List.of("n" + i), ANN)).isPresent();
        }
        assertThat(shippedOnce.open(List.of("n9"), ANN)).isEmpty();
        opened.forEach(Slot::release);
        assertThat(shippedOnce.unauthenticated()).isEqualTo(3);
    }

    @Test
    void openings_have_a_tenth_of_the_node_and_leave_the_others_theirs() {
        for (int i = 0; i < 5_000; i++) {
            assertThat(shippedOnce.open(List.of("n" + i), new UserId("user" + i)))
                    .isPresent();
        }
        assertThat(shippedOnce.open(HOME, ANN)).as("beyond").isEmpty();
        assertThat(isSlot(shippedOnce.acquire(HOME, true)))
                .as("as one of anybody")
                .isTrue();
        assertThat(isSlot(shippedOnce.acquire(HOME, false)))
                .as("with a session at once")
                .isTrue();
    }

    /** Else a user of one /48 would have one connection at each of its /64, however full it is. */
    @Test
    void user_who_holds_one_in_a_full_wider_network_gets_no_second_beyond_it() {
        ConnectionLimiter wide = limiter(2, 1_000);
        String site = "2001:db8::/48";
        for (int i = 0; i < 16; i++) {
            assertThat(slot(wide.acquire(List.of("2001:db8:0:" + i + "::/64", site), false))
                            .admit(BEN))
                    .isTrue();
        }
        Slot first = slot(wide.acquire(List.of("2001:db8:0:100::/64", site), false));
        assertThat(first.admit(ANN)).as("who has none there").isTrue();
        Slot second = slot(wide.acquire(List.of("2001:db8:0:101::/64", site), false));
        assertThat(second.admit(ANN)).as("at another /64").isFalse();
        second.release();
        assertThat(wide.open(List.of("2001:db8:0:102::/64", site), ANN)).isEmpty();
        assertThat(wide.size()).isEqualTo(17);
    }

    /** More than the places are worth: the attacker opens five times as many in a second as there are. */
    @Test
    void client_on_trial_keeps_its_place_for_its_time_and_comes_in_after_some_tries() {
        ConnectionLimiter limiter = shipped();
        Flood flood = new Flood(limiter, 5_000);
        flood.last(10_000);
        Random pauses = new Random(SEED);
        int tries = 0;
        for (int i = 0; i < 20; i++) {
            Optional<Slot> honest = Optional.empty();
            while (honest.isEmpty()) {
                flood.last(pauses.nextInt(1_000, 3_000));
                now++;
                honest = onTrial(limiter);
                tries++;
                assertThat(tries).isLessThan(20 * 20);
            }
            AtomicBoolean displaced = new AtomicBoolean();
            honest.get().onDisplaced(() -> displaced.set(true));
            flood.last(GRACE_MS - 10);
            assertThat(displaced).isFalse();
            assertThat(honest.get().admit(new UserId("honest" + i))).isTrue();
            honest.get().release();
        }
    }

    @Test
    void newest_client_on_trial_displaces_the_oldest_which_is_told_once() {
        ConnectionLimiter limiter = shipped();
        List<Integer> told = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            slot(limiter.tryOut(HOME)).onDisplaced(() -> told.add(number));
        }
        assertThat(limiter.tryOut(HOME)).isEqualTo(Result.refused(Full.ADDRESS));
        assertThat(isSlot(limiter.tryOut(List.of("192.0.2.2")))).isTrue();
        now += GRACE_MS;
        Slot newest = slot(limiter.tryOut(HOME));
        assertThat(told).containsExactly(0);
        assertThat(limiter.unauthenticated()).isEqualTo(1_001);
        assertThat(newest.admit(ANN)).isTrue();
        assertThat(isSlot(limiter.tryOut(HOME))).isTrue();
        assertThat(told).as("its place was free").containsExactly(0);
    }

    @Test
    void trials_of_many_addresses_leave_other_unauthenticated_clients_half_of_their_places() {
        ConnectionLimiter limiter = shipped();
        for (int i = 0; i < 10_000; i++) {
            limiter.tryOut(List.of("192.0.2." + i % 10));
        }
        assertThat(limiter.unauthenticated()).isEqualTo(2_500);
        assertThat(isSlot(limiter.acquire(List.of("198.51.100.1"), true))).isTrue();
        now += GRACE_MS;
        assertThat(isSlot(limiter.tryOut(List.of("198.51.100.2"))))
                .as("the address with most of them gives way")
                .isTrue();
    }

    @Test
    void slot_that_was_displaced_before_its_connection_was_open_ends_it_then() {
        ConnectionLimiter one = limiter(3, 20);
        Slot first = slot(one.tryOut(HOME));
        now += GRACE_MS;
        slot(one.tryOut(HOME));
        AtomicBoolean ended = new AtomicBoolean();
        first.onDisplaced(() -> ended.set(true));
        assertThat(ended).isTrue();
        assertThat(first.admit(ANN)).isFalse();
        first.release();
        assertThat(one.size()).isEqualTo(1);
    }

    /** Attackers that open trials at a steady rate, and prove nothing. */
    private final class Flood {
        private final ConnectionLimiter limiter;
        private final int perSecond;
        private double due;

        Flood(ConnectionLimiter limiter, int perSecond) {
            this.limiter = limiter;
            this.perSecond = perSecond;
        }

        void last(int ms) {
            for (int i = 0; i < ms; i++) {
                now++;
                for (due += perSecond / 1_000.0; due >= 1; due--) {
                    limiter.tryOut(HOME);
                }
            }
        }
    }

    private ConnectionLimiter shipped() {
        return limiter(new ConnectionLimitsConfig(PER_ADDRESS, 50_000, 10_000, 1_000, 6_000, false));
    }

    private ConnectionLimiter limiter(int perAddress, int perNode) {
        return limiter(new ConnectionLimitsConfig(perAddress, perNode, 100, 100, 1_000, false));
    }

    private ConnectionLimiter limiter(ConnectionLimitsConfig config) {
        return new ConnectionLimiter(config, () -> now);
    }

    private static Optional<Slot> onTrial(ConnectionLimiter limiter) {
        return limiter.tryOut(HOME).fold(Optional::of, full -> Optional.empty());
    }

    private static Optional<Slot> admitted(ConnectionLimiter limiter, UserId user) {
        return limiter.acquire(HOME, false)
                .fold(
                        slot -> {
                            if (slot.admit(user)) {
                                return Optional.of(slot);
                            }
                            slot.release();
                            return Optional.empty();
                        },
                        full -> Optional.empty());
    }

    private static List<Slot> acquire(ConnectionLimiter from, int count, boolean anonymous) {
        return IntStream.range(0, count)
                .mapToObj(any -> slot(from.acquire(HOME, anonymous)))
                .toList();
    }

    private static Slot slot(Result<Slot, Full> entry) {
        return entry.fold(slot -> slot, full -> {
            throw new AssertionError("no slot: " + full);
        });
    }

    private static boolean isSlot(Result<Slot, Full> entry) {
        return entry.isDone();
    }
}
