package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class IterationSafeSetTest {
    private final IterationSafeSet<Integer> set = new IterationSafeSet<>();
    private final List<Integer> visited = new ArrayList<>();

    /** The writes of a delivery close connections in the same way. */
    @RepeatedTest(50)
    void element_that_stays_is_visited_once_while_others_are_removed_and_added() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<IterationSafeSet.Link<Integer>> links =
                IntStream.range(0, 60).mapToObj(set::add).collect(Collectors.toCollection(ArrayList::new));
        Set<Integer> removed = new HashSet<>();
        set.forEach(element -> {
            assertThat(removed).as("seed " + seed).doesNotContain(element);
            visited.add(element);
            for (int i = random.nextInt(4); i > 0; i--) {
                int other = random.nextInt(60);
                set.remove(links.get(other));
                removed.add(other);
            }
            if (random.nextInt(8) == 0) {
                set.add(1_000);
            }
        });
        assertThat(visited).as("seed " + seed).doesNotHaveDuplicates().doesNotContain(1_000);
        Set<Integer> remaining = IntStream.range(0, 60).boxed().collect(Collectors.toSet());
        remaining.removeAll(removed);
        assertThat(visited).as("seed " + seed).containsAll(remaining);
        visited.clear();
        set.forEach(visited::add);
        assertThat(visited).doesNotContainAnyElementsOf(removed).containsAll(remaining);
    }

    @Test
    void element_that_is_removed_twice_leaves_the_others() {
        IterationSafeSet.Link<Integer> first = set.add(1);
        set.add(2);
        set.remove(first);
        set.remove(first);
        set.forEach(visited::add);
        assertThat(visited).containsExactly(2);
        assertThat(set.isEmpty()).isFalse();
    }
}
