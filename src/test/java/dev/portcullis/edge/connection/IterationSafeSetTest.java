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
    private final IterationSafeSet<Integer> roster = new IterationSafeSet<>();
    private final List<Integer> visited = new ArrayList<>();

    /** As the writes of a delivery do it, which find that peers have gone. */
    @RepeatedTest(50)
    void who_stays_is_visited_once_though_others_leave_and_come_meanwhile() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        List<IterationSafeSet.Link<Integer>> links =
                IntStream.range(0, 60).mapToObj(roster::add).collect(Collectors.toCollection(ArrayList::new));
        Set<Integer> left = new HashSet<>();
        roster.each(who -> {
            assertThat(left).as("seed " + seed).doesNotContain(who);
            visited.add(who);
            for (int i = random.nextInt(4); i > 0; i--) {
                int gone = random.nextInt(60);
                roster.remove(links.get(gone));
                left.add(gone);
            }
            if (random.nextInt(8) == 0) {
                roster.add(1_000);
            }
        });
        assertThat(visited).as("seed " + seed).doesNotHaveDuplicates().doesNotContain(1_000);
        Set<Integer> stayed = IntStream.range(0, 60).boxed().collect(Collectors.toSet());
        stayed.removeAll(left);
        assertThat(visited).as("seed " + seed).containsAll(stayed);
        visited.clear();
        roster.each(visited::add);
        assertThat(visited).doesNotContainAnyElementsOf(left).containsAll(stayed);
    }

    @Test
    void who_leaves_twice_takes_nobody_along() {
        IterationSafeSet.Link<Integer> first = roster.add(1);
        roster.add(2);
        roster.remove(first);
        roster.remove(first);
        roster.each(visited::add);
        assertThat(visited).containsExactly(2);
        assertThat(roster.isEmpty()).isFalse();
    }
}
