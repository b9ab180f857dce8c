package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.store.rows.MemoryRowStore;
import org.junit.jupiter.api.Test;

class ReloadDecisionTest {
    private final ReloadDecision decision = new ReloadDecision(new MemoryRowStore(() -> 0));

    @Test
    void what_was_decided_first_stays() {
        assertThat(decision.take("a").result()).isTrue();
        assertThat(decision.drop("a").result()).as("it takes place").isFalse();
        assertThat(decision.take("a").result()).as("asked again").isTrue();

        assertThat(decision.drop("b").result()).isTrue();
        assertThat(decision.take("b").result()).as("a node has dropped it").isFalse();
    }
}
