package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadShedderTest {
    private final MemoryBudget budget = new MemoryBudget(800);
    private final LoadShedder shedder = new LoadShedder(budget);
    private final List<String> gone = new ArrayList<>();

    @Test
    void where_more_waits_than_may_the_largest_go_until_there_is_room_moving_or_not() {
        hold("small", 50, 50);
        hold("large", 200, 0);
        hold("larger", 300, 0);
        budget.take(251);
        assertThat(gone).containsExactly("larger");
    }

    @Test
    void where_somebody_is_starved_the_largest_of_those_that_do_not_move_go_and_no_more_than_needed() {
        hold("moving", 400, 0);
        hold("stuck", 100, 100);
        hold("more stuck", 150, 120);
        budget.reserve(160, () -> gone.add("granted"));
        assertThat(gone).isEmpty();
        budget.starve();
        assertThat(gone).containsExactly("more stuck", "granted");
    }

    @Test
    void where_somebody_is_starved_and_all_move_nobody_goes() {
        hold("moving", 700, 0);
        budget.reserve(100, () -> gone.add("granted"));
        budget.starve();
        assertThat(gone).isEmpty();
    }

    private void hold(String name, long held, long stuck) {
        budget.take(held);
        shedder.add(new LoadShedder.Holder() {
            @Override
            public long heldBytes() {
                return held;
            }

            @Override
            public long stuckBytes(long now) {
                return stuck;
            }

            @Override
            public void shed(Runnable then) {
                gone.add(name);
                shedder.remove(this);
                budget.release(held);
                then.run();
            }
        });
    }
}
