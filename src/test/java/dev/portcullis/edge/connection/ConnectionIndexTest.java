package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.ConnectionKey.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionIndexTest {
    private static final List<Kind> KINDS = List.of(Kind.values());

    private final ConnectionIndex<Integer> index = new ConnectionIndex<>();

    @Test
    void connection_is_found_by_its_key_until_it_is_removed() {
        ConnectionKey ann = ConnectionKey.token("ann");
        index.add(ann, 1);
        assertThat(index.find(ann)).containsExactly(1);
        assertThat(index.find(ConnectionKey.session("ann"))).as("another kind").isEmpty();
        index.remove(ann, 1);
        assertThat(index.find(ann)).isEmpty();
    }

    @Test
    void removal_of_a_connection_leaves_those_with_the_same_key() {
        ConnectionKey address = ConnectionKey.address("192.0.2.1");
        index.add(address, 1);
        index.remove(address, 2);
        assertThat(index.find(address)).containsExactly(1);
        index.add(address, 2);
        index.remove(address, 1);
        assertThat(index.find(address)).containsExactly(2);
    }

    static LongStream seeds() {
        return LongStream.range(0, 50);
    }

    /** A connection that stays behind is memory that never comes back (CWE-401); one that is missing is not closed. */
    @ParameterizedTest
    @MethodSource("seeds")
    void index_holds_exactly_what_was_added_and_not_removed(long seed) {
        Random random = new Random(seed);
        Map<ConnectionKey, Set<Integer>> expected = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            ConnectionKey key = new ConnectionKey(KINDS.get(random.nextInt(KINDS.size())), "k" + random.nextInt(5));
            int connection = random.nextInt(4);
            if (random.nextBoolean()) {
                index.add(key, connection);
                expected.computeIfAbsent(key, any -> new HashSet<>()).add(connection);
            } else {
                index.remove(key, connection);
                expected.computeIfPresent(key, (any, all) -> {
                    all.remove(connection);
                    return all.isEmpty() ? null : all;
                });
            }
        }
        for (Kind kind : KINDS) {
            assertThat(index.size(kind)).as("seed %d", seed).isEqualTo((int)
                    expected.keySet().stream().filter(key -> key.kind() == kind).count());
        }
        expected.forEach((key, all) ->
                assertThat(index.find(key)).as("seed %d, %s", seed, key).containsExactlyInAnyOrderElementsOf(all));
    }
}
