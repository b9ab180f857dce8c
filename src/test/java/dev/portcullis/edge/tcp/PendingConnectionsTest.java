package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.tcp.PendingConnections.Closed;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingConnectionsTest {
    private static final List<String> HOME = List.of("192.0.2.1");

    private final PendingConnections<String> pending = new PendingConnections<>(new PendingLimits(10, 3, 0, 1_000));

    @Test
    void newcomer_of_a_full_address_takes_the_slot_of_its_oldest() {
        enter("a", "b", "c");
        assertThat(pending.admit("d", HOME, 0)).contains(new Closed<>("a", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(pending.admit("e", HOME, 0)).contains(new Closed<>("b", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(pending.admit("x", List.of("192.0.2.2"), 0)).isEmpty();
        assertThat(pending.size()).isEqualTo(4);
    }

    @Test
    void handshake_that_is_being_judged_is_not_evicted() {
        enter("a", "b", "c");
        pending.protect("a");
        assertThat(pending.admit("d", HOME, 0)).contains(new Closed<>("b", HOME, PendingEnd.ADDRESS_LIMIT));
        pending.protect("c");
        pending.protect("d");
        assertThat(pending.admit("e", HOME, 0))
                .as("the newcomer goes only where nobody else can")
                .contains(new Closed<>("e", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(pending.size()).isEqualTo(3);
        pending.remove("a");
        assertThat(pending.admit("f", HOME, 0)).isEmpty();
    }

    @Test
    void full_node_evicts_its_oldest_whatever_its_address() {
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
    void deadline_runs_from_the_accept_also_while_it_is_judged() {
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
    void connection_whose_request_is_answered_waits_again_behind_all_others() {
        enter("a", "b", "c");
        pending.requested("a", 600);
        assertThat(pending.admit("d", HOME, 600))
                .as("not while the request is in hand")
                .contains(new Closed<>("b", HOME, PendingEnd.ADDRESS_LIMIT));
        pending.answered("a", 700);
        assertThat(pending.removeExpired(1_000)).containsExactly(new Closed<>("c", HOME, PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_600)).containsExactly(new Closed<>("d", HOME, PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_699)).isEmpty();
        assertThat(pending.removeExpired(1_700)).containsExactly(new Closed<>("a", HOME, PendingEnd.DEADLINE));
        pending.answered("a", 1_800);
        assertThat(pending.size()).as("who has gone is not taken in again").isZero();
    }

    @Test
    void request_that_is_never_answered_has_its_time_too() {
        pending.admit("a", HOME, 0);
        pending.requested("a", 900);
        assertThat(pending.removeExpired(1_899)).isEmpty();
        assertThat(pending.removeExpired(1_900)).hasSize(1);
    }

    @Test
    void connection_that_leaves_twice_counts_once() {
        enter("a", "b", "c");
        pending.remove("a");
        pending.remove("a");
        assertThat(pending.size()).isEqualTo(2);
        assertThat(pending.admit("d", HOME, 0)).isEmpty();
        assertThat(pending.admit("e", HOME, 0)).isPresent();
    }

    @Test
    void connection_in_its_time_of_grace_is_not_evicted_and_the_newcomer_goes() {
        PendingConnections<String> kind = new PendingConnections<>(new PendingLimits(3, 2, 1_000, 10_000));
        assertThat(kind.admit("a", HOME, 0)).isEmpty();
        assertThat(kind.admit("b", HOME, 600)).isEmpty();
        assertThat(kind.admit("c", HOME, 999)).contains(new Closed<>("c", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(kind.admit("d", HOME, 1_000)).contains(new Closed<>("a", HOME, PendingEnd.ADDRESS_LIMIT));
        assertThat(kind.admit("x", List.of("192.0.2.2"), 1_100)).isEmpty();
        List<String> third = List.of("192.0.2.3");
        assertThat(kind.admit("y", third, 1_599)).contains(new Closed<>("y", third, PendingEnd.NODE_LIMIT));
        assertThat(kind.admit("z", third, 1_600)).contains(new Closed<>("b", HOME, PendingEnd.NODE_LIMIT));
        assertThat(kind.size()).isEqualTo(3);
    }

    private void enter(String... names) {
        for (String name : names) {
            assertThat(pending.admit(name, HOME, 0)).isEmpty();
        }
    }
}
