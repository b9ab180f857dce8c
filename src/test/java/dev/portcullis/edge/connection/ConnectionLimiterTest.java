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
            new ConnectionLimiter(new ConnectionLimitsConfig(3, 20, 10_000, 100, 0));

    @Test
    void a_small_heap_has_room_for_fewer_sessions_and_a_tiny_one_for_some() {
        long mib = 1 << 20;
        assertThat(ConnectionLimitsConfig.roomFor(256 * mib, 64 * mib, false)).isBetween(900, 2_000);
        assertThat(ConnectionLimitsConfig.roomFor(1_024 * mib, 256 * mib, false))
                .isGreaterThan(6_000);
        assertThat(ConnectionLimitsConfig.roomFor(8_192 * mib, 2_048 * mib, false))
                .isGreaterThan(50_000);
        assertThat(ConnectionLimitsConfig.roomFor(64 * mib, 16 * mib, false)).isEqualTo(100);
        assertThat(ConnectionLimitsConfig.roomFor(Long.MAX_VALUE, 0, false)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void sessions_over_tls_take_more_room() {
        long mib = 1 << 20;
        assertThat(ConnectionLimitsConfig.roomFor(256 * mib, 64 * mib, true))
                .isLessThan(ConnectionLimitsConfig.roomFor(256 * mib, 64 * mib, false) * 4 / 5);
    }

    @Test
    void a_small_heap_has_room_for_fewer_connections_before_their_upgrade() {
        long mib = 1 << 20;
        assertThat(ConnectionLimitsConfig.roomForPending(128 * mib)).isEqualTo(341);
        assertThat(ConnectionLimitsConfig.roomForPending(4_096 * mib)).isGreaterThan(10_000);
        assertThat(ConnectionLimitsConfig.roomForPending(8 * mib)).isEqualTo(100);
        assertThat(ConnectionLimitsConfig.roomForPending(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void an_address_has_so_many_places() {
        List<Slot> slots = places(3, HOME);
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Full.ADDRESS);
        assertThat(isPlace(connectionLimiter.acquire(List.of("192.0.2.2"), false)))
                .isTrue();
        slots.get(0).release();
        assertThat(isPlace(connectionLimiter.acquire(HOME, false))).isTrue();
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Full.ADDRESS);
    }

    @Test
    void a_place_is_given_back_once() {
        List<Slot> slots = places(3, HOME);
        slots.get(0).release();
        slots.get(0).release();
        assertThat(connectionLimiter.size()).isEqualTo(2);
        assertThat(isPlace(connectionLimiter.acquire(HOME, false))).isTrue();
        assertThat(connectionLimiter.acquire(HOME, false)).isEqualTo(Full.ADDRESS);
    }

    @Test
    void a_wider_network_has_eight_times_as_many() {
        ConnectionLimiter wide = new ConnectionLimiter(new ConnectionLimitsConfig(2, 1_000, 10_000, 100, 0));
        for (int i = 0; i < 8; i++) {
            List<String> keys = List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48");
            assertThat(isPlace(wide.acquire(keys, false))).isTrue();
            assertThat(isPlace(wide.acquire(keys, false))).isTrue();
            assertThat(wide.acquire(keys, false)).isEqualTo(Full.ADDRESS);
        }
        assertThat(wide.acquire(List.of("2001:db8:0:9::/64", "2001:db8::/48"), false))
                .isEqualTo(Full.ADDRESS);
        assertThat(wide.size()).as("the refused hold nothing").isEqualTo(16);
        assertThat(isPlace(wide.acquire(List.of("2001:db8:0:9::/64", "2001:db9::/48"), false)))
                .as("not even in the narrow network")
                .isTrue();
    }

    @Test
    void the_node_has_so_many_places_and_a_tenth_of_them_for_the_nameless() {
        List<Slot> nameless = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            nameless.add(place(connectionLimiter.acquire(List.of("n" + i), true)));
        }
        assertThat(connectionLimiter.acquire(List.of("n2"), true)).isEqualTo(Full.NODE);
        for (int i = 0; i < 18; i++) {
            assertThat(isPlace(connectionLimiter.acquire(List.of("u" + i), false)))
                    .isTrue();
        }
        assertThat(connectionLimiter.acquire(List.of("u18"), false)).isEqualTo(Full.NODE);
        assertThat(connectionLimiter.size()).isEqualTo(20);
        nameless.get(0).release();
        assertThat(isPlace(connectionLimiter.acquire(List.of("n2"), true))).isTrue();
    }

    @Test
    void who_gets_a_name_makes_room_for_the_next_nameless_once() {
        Slot first = place(connectionLimiter.acquire(List.of("n0"), true));
        place(connectionLimiter.acquire(List.of("n1"), true));
        first.authenticated();
        first.authenticated();
        assertThat(isPlace(connectionLimiter.acquire(List.of("n2"), true))).isTrue();
        first.release();
        assertThat(connectionLimiter.acquire(List.of("n3"), true)).isEqualTo(Full.NODE);
    }

    private List<Slot> places(int count, List<String> address) {
        return IntStream.range(0, count)
                .mapToObj(any -> place(connectionLimiter.acquire(address, false)))
                .toList();
    }

    private static Slot place(Entry entry) {
        return entry.fold(slot -> slot, full -> {
            throw new AssertionError("no room: " + full);
        });
    }

    private static boolean isPlace(Entry entry) {
        return entry.fold(slot -> true, full -> false);
    }
}
