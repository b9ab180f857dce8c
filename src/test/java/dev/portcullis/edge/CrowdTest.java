package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.Crowd.Entry;
import dev.portcullis.edge.Crowd.Full;
import dev.portcullis.edge.Crowd.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrowdTest {
    private static final List<String> HOME = List.of("192.0.2.1");

    private final Crowd crowd = new Crowd(new CrowdConfig(3, 20, 10_000, 100, 0));

    @Test
    void a_small_heap_has_room_for_fewer_sessions_and_a_tiny_one_for_some() {
        long mib = 1 << 20;
        assertThat(CrowdConfig.roomFor(256 * mib, 64 * mib, false)).isBetween(900, 2_000);
        assertThat(CrowdConfig.roomFor(1_024 * mib, 256 * mib, false)).isGreaterThan(6_000);
        assertThat(CrowdConfig.roomFor(8_192 * mib, 2_048 * mib, false)).isGreaterThan(50_000);
        assertThat(CrowdConfig.roomFor(64 * mib, 16 * mib, false)).isEqualTo(100);
        assertThat(CrowdConfig.roomFor(Long.MAX_VALUE, 0, false)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void sessions_over_tls_take_more_room() {
        long mib = 1 << 20;
        assertThat(CrowdConfig.roomFor(256 * mib, 64 * mib, true))
                .isLessThan(CrowdConfig.roomFor(256 * mib, 64 * mib, false) * 4 / 5);
    }

    @Test
    void a_small_heap_has_room_for_fewer_connections_before_their_upgrade() {
        long mib = 1 << 20;
        assertThat(CrowdConfig.roomForPending(128 * mib)).isEqualTo(341);
        assertThat(CrowdConfig.roomForPending(4_096 * mib)).isGreaterThan(10_000);
        assertThat(CrowdConfig.roomForPending(8 * mib)).isEqualTo(100);
        assertThat(CrowdConfig.roomForPending(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void an_address_has_so_many_places() {
        List<Place> places = places(3, HOME);
        assertThat(crowd.enter(HOME, false)).isEqualTo(Full.ADDRESS);
        assertThat(isPlace(crowd.enter(List.of("192.0.2.2"), false))).isTrue();
        places.get(0).leave();
        assertThat(isPlace(crowd.enter(HOME, false))).isTrue();
        assertThat(crowd.enter(HOME, false)).isEqualTo(Full.ADDRESS);
    }

    @Test
    void a_place_is_given_back_once() {
        List<Place> places = places(3, HOME);
        places.get(0).leave();
        places.get(0).leave();
        assertThat(crowd.size()).isEqualTo(2);
        assertThat(isPlace(crowd.enter(HOME, false))).isTrue();
        assertThat(crowd.enter(HOME, false)).isEqualTo(Full.ADDRESS);
    }

    @Test
    void a_wider_network_has_eight_times_as_many() {
        Crowd wide = new Crowd(new CrowdConfig(2, 1_000, 10_000, 100, 0));
        for (int i = 0; i < 8; i++) {
            List<String> keys = List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48");
            assertThat(isPlace(wide.enter(keys, false))).isTrue();
            assertThat(isPlace(wide.enter(keys, false))).isTrue();
            assertThat(wide.enter(keys, false)).isEqualTo(Full.ADDRESS);
        }
        assertThat(wide.enter(List.of("2001:db8:0:9::/64", "2001:db8::/48"), false))
                .isEqualTo(Full.ADDRESS);
        assertThat(wide.size()).as("the refused hold nothing").isEqualTo(16);
        assertThat(isPlace(wide.enter(List.of("2001:db8:0:9::/64", "2001:db9::/48"), false)))
                .as("not even in the narrow network")
                .isTrue();
    }

    @Test
    void the_node_has_so_many_places_and_a_tenth_of_them_for_the_nameless() {
        List<Place> nameless = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            nameless.add(place(crowd.enter(List.of("n" + i), true)));
        }
        assertThat(crowd.enter(List.of("n2"), true)).isEqualTo(Full.NODE);
        for (int i = 0; i < 18; i++) {
            assertThat(isPlace(crowd.enter(List.of("u" + i), false))).isTrue();
        }
        assertThat(crowd.enter(List.of("u18"), false)).isEqualTo(Full.NODE);
        assertThat(crowd.size()).isEqualTo(20);
        nameless.get(0).leave();
        assertThat(isPlace(crowd.enter(List.of("n2"), true))).isTrue();
    }

    @Test
    void who_gets_a_name_makes_room_for_the_next_nameless_once() {
        Place first = place(crowd.enter(List.of("n0"), true));
        place(crowd.enter(List.of("n1"), true));
        first.named();
        first.named();
        assertThat(isPlace(crowd.enter(List.of("n2"), true))).isTrue();
        first.leave();
        assertThat(crowd.enter(List.of("n3"), true)).isEqualTo(Full.NODE);
    }

    private List<Place> places(int count, List<String> address) {
        return IntStream.range(0, count)
                .mapToObj(any -> place(crowd.enter(address, false)))
                .toList();
    }

    private static Place place(Entry entry) {
        return entry.fold(place -> place, full -> {
            throw new AssertionError("no room: " + full);
        });
    }

    private static boolean isPlace(Entry entry) {
        return entry.fold(place -> true, full -> false);
    }
}
