package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.tcp.PendingConnections.Closed;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingConnectionsTest {
    private static final List<String> HOME = List.of("192.0.2.1");

    private final PendingConnections<String> pending = new PendingConnections<>(new PendingLimits(10, 3, 0, 1_000));

    @Test
    void new_connection_of_a_full_address_evicts_its_oldest() {
        admit("a", "b", "c");
        assertThat(pending.admit("d", HOME, 0)).contains(new Closed<>("a", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(pending.admit("e", HOME, 0)).contains(new Closed<>("b", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(pending.admit("x", List.of("192.0.2.2"), 0)).isEmpty();
        assertThat(pending.size()).isEqualTo(4);
    }

    @Test
    void connection_with_a_handshake_in_progress_is_not_evicted() {
        admit("a", "b", "c");
        pending.protect("a");
        assertThat(pending.admit("d", HOME, 0)).contains(new Closed<>("b", HOME, PendingEnd.ADDRESS_LIMIT));
        pending.protect("c");
        pending.protect("d");
        assertThat(pending.admit("e", HOME, 0))
                .as("no other connection can be evicted")
                .contains(new Closed<>("e", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(pending.size()).isEqualTo(3);
        pending.remove("a");
        assertThat(pending.admit("f", HOME, 0)).isEmpty();
    }

    @Test
    void full_node_evicts_its_oldest_of_any_address() {
        for (int i = 0; i < 10; i++) {
            assertThat(pending.admit("p" + i, List.of(), 0))
                    .as("a trusted proxy has no limit of its own")
                    .isEmpty();
        }
        assertThat(pending.admit("a", HOME, 0)).contains(new Closed<>("p0", List.of(), PendingEnd.NODE_LIMIT));
        assertThat(pending.size()).isEqualTo(10);
    }

    @Test
    void wider_network_has_eight_times_as_many() {
        PendingConnections<String> wide = new PendingConnections<>(new PendingLimits(1_000, 1, 0, 1_000));
        for (int i = 0; i < 8; i++) {
            assertThat(wide.admit("c" + i, List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 0))
                    .isEmpty();
        }
        assertThat(wide.admit("c8", List.of("2001:db8:0:8::/64", "2001:db8::/48"), 0))
                .get()
                .extracting(Closed::connection)
                .isEqualTo("c0");
        assertThat(wide.size()).isEqualTo(8);
    }

    @Test
    void deadline_runs_from_the_accept_also_during_the_handshake() {
        pending.admit("a", HOME, 0);
        pending.admit("b", HOME, 500);
        pending.protect("a");
        assertThat(pending.removeExpired(999)).isEmpty();
        assertThat(pending.removeExpired(1_000)).containsExactly(new Closed<>("a", HOME, PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_000)).isEmpty();
        assertThat(pending.removeExpired(1_500)).hasSize(1);
        assertThat(pending.size()).isZero();
    }

    @Test
    void answered_connection_is_last_in_the_eviction_order() {
        admit("a", "b", "c");
        pending.requested("a", 600);
        assertThat(pending.admit("d", HOME, 600))
                .as("protected while the request is in process")
                .contains(new Closed<>("b", HOME, PendingEnd.ADDRESS_LIMIT));
        pending.answered("a", 700);
        assertThat(pending.removeExpired(1_000)).containsExactly(new Closed<>("c", HOME, PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_600)).containsExactly(new Closed<>("d", HOME, PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_699)).isEmpty();
        assertThat(pending.removeExpired(1_700)).containsExactly(new Closed<>("a", HOME, PendingEnd.DEADLINE));
        pending.answered("a", 1_800);
        assertThat(pending.size()).as("a removed connection is not added again").isZero();
    }

    @Test
    void unanswered_request_expires() {
        pending.admit("a", HOME, 0);
        pending.requested("a", 900);
        assertThat(pending.removeExpired(1_899)).isEmpty();
        assertThat(pending.removeExpired(1_900)).hasSize(1);
    }

    @Test
    void client_named_by_a_proxy_counts_under_its_address_and_keeps_its_deadline() {
        admit("a", "b", "c");
        pending.admit("proxied", List.of(), 500);
        pending.admit("later", List.of(), 600);
        assertThat(pending.identify("proxied", HOME))
                .as("the oldest of its address makes room")
                .get()
                .extracting(PendingConnections.Closed::connection)
                .isEqualTo("a");
        assertThat(pending.removeExpired(1_500))
                .extracting(PendingConnections.Closed::connection)
                .containsExactly("b", "c", "proxied");
        assertThat(pending.identify("proxied", HOME)).as("closed meanwhile").isEmpty();
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void client_named_by_a_proxy_is_closed_where_no_other_of_its_address_can_make_room() {
        admit("a", "b", "c");
        List.of("a", "b", "c").forEach(pending::protect);
        pending.admit("proxied", List.of(), 10);
        assertThat(pending.identify("proxied", HOME))
                .get()
                .extracting(PendingConnections.Closed::connection)
                .isEqualTo("proxied");
        assertThat(pending.contains("proxied")).isFalse();
        assertThat(pending.size()).isEqualTo(3);
    }

    @Test
    void connection_removed_twice_counts_once() {
        admit("a", "b", "c");
        pending.remove("a");
        pending.remove("a");
        assertThat(pending.size()).isEqualTo(2);
        assertThat(pending.admit("d", HOME, 0)).isEmpty();
        assertThat(pending.admit("e", HOME, 0)).isPresent();
    }

    @Test
    void connection_within_its_grace_period_is_not_evicted_and_the_new_one_is_closed() {
        PendingConnections<String> graceful = new PendingConnections<>(new PendingLimits(3, 2, 1_000, 10_000));
        assertThat(graceful.admit("a", HOME, 0)).isEmpty();
        assertThat(graceful.admit("b", HOME, 600)).isEmpty();
        assertThat(graceful.admit("c", HOME, 999)).contains(new Closed<>("c", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(graceful.admit("d", HOME, 1_000)).contains(new Closed<>("a", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(graceful.admit("x", List.of("192.0.2.2"), 1_100)).isEmpty();
        List<String> third = List.of("192.0.2.3");
        assertThat(graceful.admit("y", third, 1_599)).contains(new Closed<>("y", third, PendingEnd.NODE_LIMIT));
        assertThat(graceful.admit("z", third, 1_600)).contains(new Closed<>("b", HOME, PendingEnd.NODE_LIMIT));
        assertThat(graceful.size()).isEqualTo(3);
    }

    private void admit(String... names) {
        for (String name : names) {
            assertThat(pending.admit(name, HOME, 0)).isEmpty();
        }
    }
}
