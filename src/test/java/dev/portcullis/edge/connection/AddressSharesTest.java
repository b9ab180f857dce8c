package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressSharesTest {
    private static final String HOME = "2001:db8:0:1::/64";
    private static final String SITE = "2001:db8::/48";
    private static final List<String> ADDRESS = List.of(HOME, SITE);
    private static final Optional<UserId> UNKNOWN = Optional.empty();
    private static final Optional<UserId> ANN = Optional.of(new UserId("ann"));
    private static final Optional<UserId> BEN = Optional.of(new UserId("ben"));

    private final AddressShares<Integer> shares = new AddressShares<>(3);
    private int connections;

    @Test
    void connections_of_one_user_take_one_share() {
        add(3, ADDRESS, ANN);
        assertThat(shares.full(ADDRESS)).containsExactly(HOME);
        assertThat(shares.areTaken(ADDRESS)).isFalse();
        add(1, ADDRESS, BEN);
        assertThat(shares.areTaken(ADDRESS)).isFalse();
        add(1, ADDRESS, UNKNOWN);
        assertThat(shares.areTaken(ADDRESS)).isTrue();
    }

    @Test
    void connections_whose_user_is_not_known_take_one_share_each() {
        add(2, ADDRESS, UNKNOWN);
        assertThat(shares.areTaken(ADDRESS)).isFalse();
        add(1, ADDRESS, UNKNOWN);
        assertThat(shares.areTaken(ADDRESS)).isTrue();
        shares.remove(ADDRESS, UNKNOWN, connections);
        assertThat(shares.areTaken(ADDRESS)).isFalse();
        assertThat(shares.full(ADDRESS)).isEmpty();
    }

    @Test
    void wider_network_is_full_with_eight_times_as_many() {
        for (int i = 0; i < 8; i++) {
            assertThat(shares.full(List.of("another", SITE))).isEmpty();
            add(3, List.of("2001:db8:0:" + i + "::/64", SITE), BEN);
        }
        assertThat(shares.full(List.of("another", SITE))).containsExactly(SITE);
        assertThat(shares.full(ADDRESS)).containsExactly(HOME, SITE);
        assertThat(shares.areTaken(ADDRESS)).as("all are of one user").isFalse();
    }

    @Test
    void what_was_removed_leaves_nothing() {
        add(2, ADDRESS, ANN);
        add(1, ADDRESS, UNKNOWN);
        assertThat(shares.held(SITE, new UserId("ann"))).containsExactlyInAnyOrder(1, 2);
        shares.remove(ADDRESS, ANN, 1);
        assertThat(shares.held(HOME, new UserId("ann"))).containsExactly(2);
        shares.remove(ADDRESS, UNKNOWN, 3);
        shares.remove(ADDRESS, ANN, 2);
        assertThat(shares.held(HOME, new UserId("ann"))).isEmpty();
        assertThat(shares.size()).isZero();
    }

    private void add(int count, List<String> address, Optional<UserId> user) {
        for (int i = 0; i < count; i++) {
            connections++;
            shares.add(address, user, connections);
        }
    }
}
