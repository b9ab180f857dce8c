package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.ConnectionLimiter.Entry;
import dev.portcullis.edge.connection.ConnectionLimiter.Full;
import dev.portcullis.edge.connection.ConnectionLimiter.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConnectionLimiterTest {
    private static final List<String> HOME = List.of("192.0.2.1");

    private final ConnectionLimiter connectionLimiter =
            new ConnectionLimiter(new ConnectionLimitsConfig(3, 20, 10_000, 100, 1_000, 0, false));

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
        ConnectionLimiter limiter =
                new ConnectionLimiter(new ConnectionLimitsConfig(3, 200, 100, 100, 1_000, 0, false));
        List<Slot> refused = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Slot slot = limiter.acquire(HOME, false).fold(each -> each, full -> {
                throw new AssertionError(full);
            });
            assertThat(slot.refused()).isTrue();
            refused.add(slot);
        }
        assertThat(limiter.size()).isEqualTo(10);
        assertThat(limiter.addresses()).isZero();

        refused.forEach(Slot::release);
        refused.forEach(Slot::release);
        assertThat(limiter.size()).isZero();
        assertThat(limiter.acquire(HOME, false)).isInstanceOf(Slot.class);
        assertThat(limiter.addresses()).isEqualTo(1);
    }

    @Test
    void refused_connections_that_wait_for_their_end_are_bounded() {
        ConnectionLimiter few = new ConnectionLimiter(new ConnectionLimitsConfig(3, 20, 100, 100, 1_000, 0, false));
        for (int i = 0; i < 2; i++) {
            assertThat(few.acquire(HOME, false).fold(Slot::refused, full -> false))
                    .isTrue();
        }
        Slot last = few.acquire(HOME, false).fold(each -> each, full -> {
            throw new AssertionError(full);
        });

        assertThat(last.refused()).isFalse();
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
        List<Slot> slots = acquire(3, HOME);
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Full.ADDRESS);
        assertThat(isSlot(connectionLimiter.acquire(List.of("192.0.2.2"), false)))
                .isTrue();
        slots.get(0).release();
        assertThat(isSlot(connectionLimiter.acquire(HOME, false))).isTrue();
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Full.ADDRESS);
    }

    @Test
    void slot_that_is_released_twice_counts_once() {
        List<Slot> slots = acquire(3, HOME);
        slots.get(0).release();
        slots.get(0).release();
        assertThat(connectionLimiter.size()).isEqualTo(2);
        assertThat(isSlot(connectionLimiter.acquire(HOME, false))).isTrue();
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Full.ADDRESS);
    }

    @Test
    void wider_network_has_eight_times_the_limit() {
        ConnectionLimiter wide =
                new ConnectionLimiter(new ConnectionLimitsConfig(2, 1_000, 10_000, 100, 1_000, 0, false));
        for (int i = 0; i < 8; i++) {
            List<String> keys = List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48");
            assertThat(isSlot(wide.acquire(keys, false))).isTrue();
            assertThat(isSlot(wide.acquire(keys, false))).isTrue();
            assertThat(wide.acquire(keys, false)).isEqualTo(Full.ADDRESS);
        }
        assertThat(wide.acquire(List.of("2001:db8:0:9::/64", "2001:db8::/48"), false))
                .isEqualTo(Full.ADDRESS);
        assertThat(wide.size()).as("refused connections hold no slot").isEqualTo(16);
        assertThat(isSlot(wide.acquire(List.of("2001:db8:0:9::/64", "2001:db9::/48"), false)))
                .as("no slot of the narrow network is held either")
                .isTrue();
    }

    @Test
    void node_is_full_at_its_limit_and_at_a_tenth_of_it_for_anonymous_connections() {
        List<Slot> anonymous = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            anonymous.add(slot(connectionLimiter.acquire(List.of("n" + i), true)));
        }
        assertThat(connectionLimiter.acquire(List.of("n2"), true)).isEqualTo(Full.NODE);
        for (int i = 0; i < 18; i++) {
            assertThat(isSlot(connectionLimiter.acquire(List.of("u" + i), false)))
                    .isTrue();
        }
        assertThat(connectionLimiter.acquire(List.of("u18"), false)).isEqualTo(Full.NODE);
        assertThat(connectionLimiter.size()).isEqualTo(20);
        anonymous.get(0).release();
        assertThat(isSlot(connectionLimiter.acquire(List.of("n2"), true))).isTrue();
    }

    @Test
    void anonymous_connection_that_authenticates_frees_one_anonymous_slot_once() {
        Slot first = slot(connectionLimiter.acquire(List.of("n0"), true));
        slot(connectionLimiter.acquire(List.of("n1"), true));
        first.authenticated();
        first.authenticated();
        assertThat(isSlot(connectionLimiter.acquire(List.of("n2"), true))).isTrue();
        first.release();
        assertThat(connectionLimiter.acquire(List.of("n3"), true)).isEqualTo(Full.NODE);
    }

    private List<Slot> acquire(int count, List<String> address) {
        return IntStream.range(0, count)
                .mapToObj(any -> slot(connectionLimiter.acquire(address, false)))
                .toList();
    }

    private static Slot slot(Entry entry) {
        return entry.fold(slot -> slot, full -> {
            throw new AssertionError("no slot: " + full);
        });
    }

    private static boolean isSlot(Entry entry) {
        return entry.fold(slot -> true, full -> false);
    }
}
