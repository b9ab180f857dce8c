package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoopSlicesTest {
    private final Deque<Runnable> later = new ArrayDeque<>();
    private final LoopSlices slices = new LoopSlices(later::add);
    private final List<Integer> seen = new ArrayList<>();
    private int ends;

    @ParameterizedTest
    @CsvSource({"0,0", "1000,0", "1001,1", "3500,3"})
    void many_are_visited_in_slices_between_which_the_loop_does_other_work(int count, int turns) {
        List<Integer> all = IntStream.range(0, count).boxed().toList();
        slices.each(all, seen::add, () -> ends++);
        int taken = 0;
        while (!later.isEmpty()) {
            assertThat(ends).isZero();
            later.remove().run();
            taken++;
        }
        assertThat(taken).isEqualTo(turns);
        assertThat(seen).isEqualTo(all);
        assertThat(ends).isEqualTo(1);
    }

    @Test
    void first_slice_is_done_at_once() {
        slices.each(IntStream.range(0, 5_000).boxed().toList(), seen::add, () -> ends++);
        assertThat(seen).hasSize(1_000);
    }
}
