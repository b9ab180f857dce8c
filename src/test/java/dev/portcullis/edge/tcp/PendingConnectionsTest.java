package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.tcp.PendingConnections.Closed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PendingConnectionsTest {
    private static final List<String> HOME = List.of("192.0.2.1");
    private static final List<String> OTHER = List.of("192.0.2.2");
    private static final List<String> THIRD = List.of("192.0.2.3");

    private final PendingConnections<String> pending = limited(10, 3, 1_000);

    @Test
    void new_connection_of_a_full_address_evicts_its_oldest() {
        admit("a", "b", "c");
        assertThat(pending.admit("d", HOME, 0)).contains(gone("a"));
        assertThat(pending.admit("e", HOME, 0)).contains(gone("b"));
        assertThat(pending.admit("x", List.of("192.0.2.2"), 0)).isEmpty();
        assertThat(pending.size()).isEqualTo(4);
    }

    @Test
    void connection_with_a_handshake_in_progress_is_not_evicted() {
        admit("a", "b", "c");
        pending.protect("a");
        assertThat(pending.admit("d", HOME, 0)).contains(gone("b"));
        pending.protect("c");
        pending.protect("d");
        assertThat(pending.admit("e", HOME, 0))
                .as("no other connection can be evicted")
                .contains(gone("e"));
        assertThat(pending.size()).isEqualTo(3);
        pending.remove("a");
        assertThat(pending.admit("f", HOME, 0)).isEmpty();
    }

    @Test
    void connection_that_has_upgraded_and_is_not_in_use_counts_and_gives_way_and_has_its_own_time() {
        admit("a", "b", "c");
        pending.protect("a");
        pending.requested("b", 0);
        pending.requested("c", 0);
        pending.waiting("b", 5_000);
        pending.waiting("x", 5_000); // evicted meanwhile
        assertThat(pending.size()).isEqualTo(3);
        assertThat(pending.admit("d", HOME, 0)).contains(gone("b"));
        pending.waiting("c", 5_000);
        pending.remove("a");
        pending.remove("d");
        assertThat(pending.removeExpired(4_999)).isEmpty();
        assertThat(pending.removeExpired(5_000)).containsExactly(ended("c", PendingEnd.DEADLINE));
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
        PendingConnections<String> wide = limited(1_000, 1, 1_000);
        for (int i = 0; i < 8; i++) {
            assertThat(wide.admit("c" + i, List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 0))
                    .isEmpty();
        }
        assertThat(wide.admit("c8", List.of("2001:db8:0:8::/64", "2001:db8::/48"), 0))
                .map(Closed::connection)
                .contains("c0");
        assertThat(wide.size()).isEqualTo(8);
    }

    @Test
    void deadline_runs_from_the_accept_also_during_the_handshake() {
        pending.admit("a", HOME, 0);
        pending.admit("b", HOME, 500);
        pending.protect("a");
        assertThat(pending.removeExpired(999)).isEmpty();
        assertThat(pending.removeExpired(1_000)).containsExactly(ended("a", PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_000)).isEmpty();
        assertThat(pending.removeExpired(1_500)).hasSize(1);
        assertThat(pending.size()).isZero();
    }

    @Test
    void connection_that_waited_for_its_turn_has_its_time_from_then_on_and_its_place_from_its_accept() {
        admit("a", "b", "c");
        pending.begins("a", 600);
        pending.begins("x", 600); // evicted meanwhile
        assertThat(pending.removeExpired(1_000)).extracting(Closed::connection).containsExactly("b", "c");
        assertThat(pending.removeExpired(1_599)).isEmpty();
        assertThat(pending.removeExpired(1_600)).containsExactly(ended("a", PendingEnd.DEADLINE));
        admit("d", "e", "f");
        pending.begins("d", 900);
        assertThat(pending.admit("g", HOME, 900)).contains(gone("d"));
    }

    @Test
    void answered_connection_is_last_in_the_eviction_order() {
        admit("a", "b", "c");
        pending.requested("a", 600);
        assertThat(pending.admit("d", HOME, 600))
                .as("protected while the request is in process")
                .contains(gone("b"));
        pending.answered("a", 700);
        assertThat(pending.removeExpired(1_000)).containsExactly(ended("c", PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_600)).containsExactly(ended("d", PendingEnd.DEADLINE));
        assertThat(pending.removeExpired(1_699)).isEmpty();
        assertThat(pending.removeExpired(1_700)).containsExactly(ended("a", PendingEnd.IDLE));
        pending.answered("a", 1_800);
        assertThat(pending.size()).as("a removed connection is not added again").isZero();
    }

    @Test
    void connection_is_protected_once_the_body_of_its_request_has_arrived() {
        admit("a", "b", "c");
        for (String each : List.of("a", "b", "c")) {
            pending.requested(each, 0);
            pending.arriving(each);
        }
        pending.arrived("a");
        assertThat(pending.admit("d", HOME, 0)).contains(gone("b"));
        pending.arrived("b");
        pending.unproved("c"); // whose request was found to prove nothing
        pending.arrived("c");
        assertThat(pending.admit("e", HOME, 0)).contains(gone("c"));
        pending.protect("e");
        assertThat(pending.admit("f", HOME, 0)).contains(gone("d"));
        pending.protect("f");
        pending.answered("a", 0);
        pending.arrived("a");
        assertThat(pending.admit("g", HOME, 0))
                .as("the rest of a body that was answered before")
                .contains(gone("a"));
    }

    @Test
    void unanswered_request_expires() {
        pending.admit("a", HOME, 0);
        pending.requested("a", 900);
        assertThat(pending.removeExpired(1_899)).isEmpty();
        assertThat(pending.removeExpired(1_900)).hasSize(1);
    }

    @Test
    void each_phase_of_a_kept_connection_has_its_time() {
        PendingConnections<String> kept = keeping(100_000);
        kept.admit("a", HOME, 0);
        kept.begun("a", 500);
        kept.requested("a", 999); // the first head had its time from the accept
        assertThat(kept.removeExpired(5_998)).as("a call in progress").isEmpty();
        kept.answered("a", 5_998);
        assertThat(kept.removeExpired(7_997)).as("idle").isEmpty();
        kept.begun("a", 7_997);
        kept.begun("a", 8_900);
        assertThat(kept.removeExpired(8_996)).isEmpty();
        assertThat(kept.removeExpired(8_997))
                .as("a head that is not complete in the time from its first byte")
                .containsExactly(ended("a", PendingEnd.DEADLINE));
    }

    @Test
    void first_byte_of_the_first_request_does_not_prolong_the_time_from_the_accept() {
        PendingConnections<String> kept = keeping();
        kept.admit("a", HOME, 0);
        kept.begun("a", 999);
        assertThat(kept.removeExpired(1_000)).hasSize(1);
    }

    @Test
    void connection_without_a_further_request_is_closed_as_idle() {
        PendingConnections<String> kept = keeping();
        kept.admit("a", HOME, 0);
        kept.requested("a", 0);
        kept.answered("a", 0);
        assertThat(kept.removeExpired(1_999)).isEmpty();
        assertThat(kept.removeExpired(2_000)).containsExactly(ended("a", PendingEnd.IDLE));
    }

    @Test
    void requests_do_not_prolong_the_time_of_a_connection_but_of_a_proxy() {
        PendingConnections<String> kept = keeping();
        kept.admit("idle", HOME, 0);
        kept.admit("slow", HOME, 0);
        kept.admit("proxy", List.of(), 0);
        for (String each : List.of("idle", "slow", "proxy")) {
            kept.requested(each, 900);
            kept.answered(each, 4_999);
            assertThat(kept.isAging(each, 4_999)).isFalse();
            kept.begun(each, 5_500);
            kept.requested(each, 5_500);
            kept.answered(each, 9_500);
        }
        kept.begun("slow", 9_900);
        assertThat(kept.isAging("idle", 5_000)).isTrue();
        assertThat(kept.isAging("proxy", 9_500)).isFalse();
        assertThat(kept.removeExpired(9_999)).isEmpty();
        assertThat(kept.removeExpired(10_000)).containsExactly(ended("slow", PendingEnd.DEADLINE));
        assertThat(kept.removeExpired(10_499))
                .as("its peer takes the last answer")
                .isEmpty();
        assertThat(kept.removeExpired(10_500)).containsExactly(ended("idle", PendingEnd.IDLE));
        assertThat(kept.removeExpired(11_499)).isEmpty();
        assertThat(kept.removeExpired(11_500)).containsExactly(new Closed<>("proxy", List.of(), PendingEnd.IDLE));
    }

    @Test
    void call_that_began_in_time_is_answered_after_it() {
        PendingConnections<String> kept = keeping();
        kept.admit("a", HOME, 0);
        kept.requested("a", 900);
        kept.answered("a", 5_000);
        kept.begun("a", 6_000);
        kept.requested("a", 6_900);
        assertThat(kept.removeExpired(11_899)).isEmpty();
        assertThat(kept.isAging("a", 11_899)).isTrue();
        assertThat(kept.removeExpired(11_900)).containsExactly(ended("a", PendingEnd.DEADLINE));
    }

    @Test
    void handshake_on_a_kept_connection_has_the_time_of_a_first_one() {
        PendingConnections<String> kept = keeping();
        kept.admit("a", HOME, 0);
        kept.requested("a", 0);
        kept.answered("a", 0);
        kept.begun("a", 1_500);
        kept.protect("a");
        assertThat(kept.removeExpired(2_499)).isEmpty();
        assertThat(kept.removeExpired(2_500)).hasSize(1);
    }

    @Test
    void idle_connection_makes_room_although_its_last_answer_is_younger_than_the_grace_period() {
        PendingConnections<String> kept = keeping();
        for (String each : List.of("a", "b", "c")) {
            kept.admit(each, HOME, 0);
            kept.requested(each, 900);
            kept.answered(each, 999);
        }
        assertThat(kept.admit("d", HOME, 1_000))
                .as("else a client would hold its connections by requests")
                .contains(gone("a"));
    }

    @Test
    void poll_has_a_time_of_its_own_and_its_connection_is_idle_after_the_answer() {
        PendingConnections<String> kept = keeping(100_000);
        kept.admit("a", HOME, 0);
        kept.requested("a", 0);
        kept.waiting("a", 8_000);
        assertThat(kept.removeExpired(7_000)).as("beyond the time of a call").isEmpty();
        kept.answered("a", 7_000);
        assertThat(kept.removeExpired(8_999)).isEmpty();
        assertThat(kept.removeExpired(9_000)).containsExactly(ended("a", PendingEnd.IDLE));
    }

    /** The polls and POSTs of sessions of Socket.IO that prove nothing. */
    @Test
    void connection_of_a_client_without_a_user_gives_way_while_it_waits_for_its_answer() {
        admit("a", "b", "c");
        for (String each : List.of("a", "b", "c")) {
            pending.requested(each, 0);
        }
        pending.waiting("b", 8_000);
        pending.unproved("b");
        assertThat(pending.admit("d", HOME, 0)).contains(gone("b"));
        pending.unproved("b");
        assertThat(pending.size()).isEqualTo(3);
        assertThat(pending.admit("e", HOME, 0))
                .as("one that is silent goes first")
                .contains(gone("d"));
    }

    @Test
    void poll_that_is_answered_late_has_the_time_to_be_taken() {
        PendingConnections<String> kept = keeping();
        kept.admit("a", HOME, 0);
        kept.requested("a", 0);
        kept.waiting("a", 60_000);
        kept.answered("a", 12_000);
        assertThat(kept.removeExpired(12_999)).isEmpty();
        assertThat(kept.removeExpired(13_000)).containsExactly(ended("a", PendingEnd.IDLE));
    }

    @Test
    void transfer_keeps_its_time_when_it_is_answered() {
        PendingConnections<String> kept = keeping();
        kept.admit("a", HOME, 0);
        kept.requested("a", 0);
        kept.extend("a", 50_000);
        kept.answered("a", 10);
        kept.admit("b", HOME, 40_000);
        assertThat(kept.removeExpired(41_000)).extracting(Closed::connection).containsExactly("b");
        assertThat(kept.removeExpired(50_000)).hasSize(1);
    }

    @Test
    void client_named_by_a_proxy_counts_under_its_address_and_keeps_its_deadline() {
        admit("a", "b", "c");
        pending.admit("proxied", List.of(), 500);
        pending.admit("later", List.of(), 600);
        assertThat(pending.identify("proxied", HOME))
                .as("the oldest of its address makes room")
                .map(Closed::connection)
                .contains("a");
        assertThat(pending.removeExpired(1_500)).extracting(Closed::connection).containsExactly("b", "c", "proxied");
        assertThat(pending.identify("proxied", HOME)).as("closed meanwhile").isEmpty();
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void client_named_by_a_proxy_is_closed_where_no_other_of_its_address_can_make_room() {
        admit("a", "b", "c");
        List.of("a", "b", "c").forEach(pending::protect);
        pending.admit("proxied", List.of(), 10);
        assertThat(pending.identify("proxied", HOME)).map(Closed::connection).contains("proxied");
        assertThat(pending.contains("proxied")).isFalse();
        assertThat(pending.size()).isEqualTo(3);
    }

    @Test
    void connection_of_a_counted_client_leaves_its_place_to_others_until_the_client_has_it_no_more() {
        admit("a", "b", "c");
        pending.requested("a", 0);
        pending.exempt("a", "client");
        assertThat(pending.size()).isEqualTo(2);
        assertThat(pending.admit("d", HOME, 0)).isEmpty();
        pending.answered("a", 0);
        assertThat(pending.admit("e", HOME, 0)).as("the oldest that counts").contains(gone("b"));
        pending.countAgain("a", "another client");
        assertThat(pending.size()).isEqualTo(3);
        pending.countAgain("a", "client");
        pending.countAgain("a", "client");
        assertThat(pending.size()).isEqualTo(4);
        assertThat(pending.admit("f", HOME, 0)).as("as old as it is").contains(gone("a"));
        assertThat(pending.size()).isEqualTo(4);
    }

    /** Else attackers would have a client of theirs poll on each connection for a moment, and keep it for as long as they like. */
    @ParameterizedTest
    @CsvSource({"unproved", "body", "poll"})
    void what_makes_a_connection_evictable_while_its_client_is_counted_holds_when_the_client_has_it_no_more(
            String what) {
        admit("a", "b", "c");
        pending.requested("a", 0);
        pending.exempt("a", "client");
        switch (what) {
            case "unproved" -> pending.unproved("a");
            case "body" -> pending.arriving("a");
            default -> pending.waiting("a", 5_000);
        }
        pending.countAgain("a", "client");
        assertThat(pending.admit("d", HOME, 0)).contains(gone("a"));
    }

    @Test
    void connection_whose_request_is_being_processed_is_safe_when_a_client_has_it_no_more() {
        admit("a", "b", "c");
        pending.exempt("a", "client");
        pending.requested("a", 0);
        pending.countAgain("a", "client");
        assertThat(pending.admit("d", HOME, 0)).contains(gone("b"));
        pending.answered("a", 0);
        assertThat(pending.admit("e", HOME, 0)).contains(gone("a"));
    }

    @ParameterizedTest
    @CsvSource({"1", "10", "100"})
    void newcomer_finds_a_place_at_a_full_node_however_many_networks_have_only_safe_connections(int networks) {
        PendingConnections<String> node = limited(3 * networks + 2, 1_000, 10_000);
        for (int i = 0; i < networks; i++) {
            for (int each = 0; each < 3; each++) {
                String name = i + "/" + each;
                node.admit(name, List.of("198.51.100." + i), 0);
                node.requested(name, 0);
            }
        }
        node.admit("silent1", OTHER, 0);
        node.admit("silent2", OTHER, 0);
        assertThat(node.admit("user", HOME, 0)).contains(new Closed<>("silent1", OTHER, PendingEnd.NODE_LIMIT));
        node.answered("0/1", 0);
        assertThat(node.admit("other", THIRD, 0))
                .contains(new Closed<>("0/1", List.of("198.51.100.0"), PendingEnd.NODE_LIMIT));
        assertThat(node.size()).isEqualTo(3 * networks + 2);
    }

    @Test
    void connection_of_two_clients_counts_as_that_of_the_last() {
        admit("a");
        pending.exempt("a", "one");
        pending.exempt("a", "other");
        pending.countAgain("a", "one");
        assertThat(pending.size()).isZero();
        pending.remove("a");
        pending.countAgain("a", "other");
        assertThat(pending.size()).isZero();
        admit("b", "c", "d");
        assertThat(pending.admit("e", HOME, 0)).isPresent();
    }

    @Test
    void connection_of_a_counted_client_still_has_its_time() {
        admit("a");
        pending.requested("a", 0);
        pending.exempt("a", "client");
        pending.answered("a", 500);
        assertThat(pending.removeExpired(1_499)).isEmpty();
        assertThat(pending.removeExpired(1_500)).extracting(Closed::why).containsExactly(PendingEnd.IDLE);
        assertThat(pending.size()).isZero();
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
    void full_node_closes_connections_of_the_address_that_has_most() {
        PendingConnections<String> full = limited(6, 5, 10_000);
        full.admit("first", OTHER, 0);
        for (int i = 0; i < 5; i++) {
            full.admit("flood" + i, HOME, 10 + i);
        }
        assertThat(full.admit("a", THIRD, 20)).contains(new Closed<>("flood0", HOME, PendingEnd.NODE_LIMIT));
        assertThat(full.admit("b", THIRD, 20)).contains(new Closed<>("flood1", HOME, PendingEnd.NODE_LIMIT));
        assertThat(full.admit("flood5", HOME, 20))
                .as("who has many takes no place of who has few")
                .contains(new Closed<>("flood2", HOME, PendingEnd.NODE_LIMIT));
        List.of("flood3", "flood4", "flood5").forEach(each -> full.requested(each, 30));
        assertThat(full.admit("flood6", HOME, 40))
                .as("all others of its network are being answered")
                .contains(new Closed<>("flood6", HOME, PendingEnd.NODE_LIMIT));
    }

    /** What an attacker does with the connections that fill the table: nothing makes them younger than a user's. */
    @ParameterizedTest
    @CsvSource({"nothing", "head", "body", "unproved", "answer", "again"})
    void connection_outlasts_as_many_newer_ones_as_its_address_may_have_whatever_the_others_bring(String filling) {
        for (String users : List.of("nothing", "head", "body", "answer")) {
            PendingConnections<String> address = limited(1_000, 90, 10_000);
            for (int i = 0; i < 90; i++) {
                address.admit("old" + i, HOME, 0);
                bring(address, filling, "old" + i, 0);
            }
            assertThat(address.admit("user", HOME, 2_000)).contains(gone("old0"));
            bring(address, users, "user", 2_000);
            for (int i = 0; i < 89; i++) {
                for (int each = i + 1; each < 90; each++) {
                    bring(address, filling, "old" + each, 2_000 + i);
                }
                assertThat(address.admit("new" + i, HOME, 2_001 + i)).contains(gone("old" + (i + 1)));
                bring(address, filling, "new" + i, 2_001 + i);
            }
            assertThat(address.admit("last", HOME, 3_000)).contains(gone("user"));
        }
    }

    @Test
    void one_that_is_younger_than_its_grace_is_not_evicted_and_the_new_one_is_closed() {
        PendingConnections<String> graceful = new PendingConnections<>(
                new PendingLimits(10, 2, Integer.MAX_VALUE, PendingLimits.Times.each(10_000), 1_000));
        graceful.admit("a", HOME, 0);
        graceful.admit("b", HOME, 600);
        assertThat(graceful.admit("c", HOME, 999)).contains(gone("c"));
        assertThat(graceful.admit("d", HOME, 1_000)).contains(gone("a"));
        assertThat(graceful.admit("e", HOME, 1_599)).contains(gone("e"));
        assertThat(graceful.admit("f", HOME, 1_600)).contains(gone("b"));
    }

    /** One attacker has a young connection at hand, before which its old ones hid once. */
    @ParameterizedTest
    @CsvSource({"1", "10", "100"})
    void newcomer_finds_a_place_at_a_full_node_however_many_networks_keep_theirs_in_use(int networks) {
        PendingConnections<String> node = limited(5 * networks, 1_000, 10_000);
        for (int i = 0; i < networks; i++) {
            List<String> network = List.of("198.51.100." + i);
            for (int each = 0; each < 5; each++) {
                String name = i + "/" + each;
                node.admit(name, network, 1_000L * each);
                answer(node, name, 1_000L * each);
            }
            answer(node, i + "/0", 4_500);
        }
        assertThat(node.admit("user", HOME, 5_000))
                .contains(new Closed<>("0/0", List.of("198.51.100.0"), PendingEnd.NODE_LIMIT));
        for (int i = 0; i < networks; i++) {
            assertThat(node.admit("more" + i, List.of("198.51.100." + i), 5_001))
                    .get()
                    .extracting(Closed::connection)
                    .isNotEqualTo("user");
        }
    }

    /** So an old one is rarely closed just as it brings its next request. */
    @Test
    void answers_end_connections_of_an_address_or_a_node_that_is_nearly_full() {
        PendingConnections<String> address = limited(100, 8, 60_000);
        for (int i = 0; i < 5; i++) {
            address.admit("c" + i, HOME, 0);
        }
        assertThat(address.isAging("c0", 1)).isFalse();
        address.admit("c5", HOME, 0);
        assertThat(address.isAging("c0", 1)).isTrue();
        address.admit("other", OTHER, 0);
        assertThat(address.isAging("other", 1)).isFalse();
        address.exempt("c1", "client");
        address.admit("c6", HOME, 0);
        assertThat(address.isAging("c1", 1)).as("it counts for its client").isFalse();

        PendingConnections<String> node = limited(4, 100, 60_000);
        node.admit("a", HOME, 0);
        node.admit("b", OTHER, 0);
        assertThat(node.isAging("a", 1)).isFalse();
        node.admit("c", THIRD, 0);
        assertThat(node.isAging("a", 1)).isTrue();
    }

    private static Closed<String> ended(String name, PendingEnd why) {
        return new Closed<>(name, HOME, why);
    }

    private static Closed<String> gone(String name) {
        return ended(name, PendingEnd.ADDRESS_LIMIT);
    }

    private static void bring(PendingConnections<String> to, String what, String name, long now) {
        switch (what) {
            case "head" -> to.begun(name, now);
            case "body" -> {
                to.requested(name, now);
                to.arriving(name);
            }
            case "unproved" -> {
                to.requested(name, now);
                to.unproved(name);
            }
            case "answer" -> answer(to, name, now);
            case "again" -> {
                answer(to, name, now);
                to.begun(name, now);
            }
            default -> {}
        }
    }

    @Test
    void network_of_many_addresses_is_one_at_a_full_node() {
        PendingConnections<String> full = limited(5, 5, 10_000);
        full.admit("first", OTHER, 0);
        full.admit("second", OTHER, 0);
        for (int i = 0; i < 3; i++) {
            full.admit("c" + i, List.of("2001:db8:0:" + i + "::/64", "2001:db8::/48"), 10);
        }
        assertThat(full.admit("a", THIRD, 20)).map(Closed::connection).contains("c0");
    }

    private static void answer(PendingConnections<String> of, String name, long now) {
        of.begun(name, now);
        of.requested(name, now);
        of.answered(name, now);
    }

    private static PendingConnections<String> limited(int total, int perAddress, long ms) {
        return new PendingConnections<>(new PendingLimits(total, perAddress, ms));
    }

    private static PendingConnections<String> keeping() {
        return keeping(10_000);
    }

    private static PendingConnections<String> keeping(long requestsMs) {
        PendingLimits.Times times = new PendingLimits.Times(1_000, 5_000, 2_000, requestsMs);
        return new PendingConnections<>(new PendingLimits(10, 3, Integer.MAX_VALUE, times));
    }

    private void admit(String... names) {
        for (String name : names) {
            assertThat(pending.admit(name, HOME, 0)).isEmpty();
        }
    }
}
