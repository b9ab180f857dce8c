package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadShedderTest {
    private final MemoryBudget budget = new MemoryBudget(800);
    private final LoadShedder shedder = new LoadShedder(budget);
    private final List<String> events = new ArrayList<>();

    @Test
    void exceeded_budget_sheds_the_largest_holders_until_there_is_room() {
        hold("small", 50, 50);
        hold("large", 200, 0);
        hold("larger", 300, 0);
        budget.take(251);
        assertThat(events).containsExactly("larger");
    }

    @Test
    void starved_reservation_sheds_only_as_many_of_the_largest_stuck_holders_as_needed() {
        hold("moving", 400, 0);
        hold("stuck", 100, 100);
        hold("more stuck", 150, 120);
        budget.reserve(160, () -> events.add("granted"));
        assertThat(events).isEmpty();
        budget.starve();
        assertThat(events).containsExactly("more stuck", "granted");
    }

    @Test
    void starved_reservation_without_stuck_holders_sheds_none() {
        hold("moving", 700, 0);
        budget.reserve(100, () -> events.add("granted"));
        budget.starve();
        assertThat(events).isEmpty();
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
                events.add(name);
                shedder.remove(this);
                budget.release(held);
                then.run();
            }
        });
    }
}
