package dev.portcullis.edge.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    @Timeout(20)
    void holder_that_closes_already_and_frees_nothing_is_asked_once_and_does_not_protect_the_others() {
        budget.take(600);
        shedder.add(new Holder("closing", 600, 0, () -> {}));
        hold("open", 150, 0);
        budget.take(100);
        assertThat(events).containsExactly("closing", "open");
        hold("later", 160, 0);
        assertThat(events).endsWith("later");
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
        shedder.add(new Holder(name, held, stuck, () -> budget.release(held)));
    }

    private final class Holder implements LoadShedder.Holder {
        private final String name;
        private final long held;
        private final long stuck;
        private final Runnable free;

        Holder(String name, long held, long stuck, Runnable free) {
            this.name = name;
            this.held = held;
            this.stuck = stuck;
            this.free = free;
        }

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
            long before = budget.used();
            free.run();
            if (budget.used() < before) {
                shedder.remove(this);
            }
            then.run();
        }
    }
}
