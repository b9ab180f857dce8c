package dev.portcullis.edge.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metrics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private final Queue<Runnable> turns = new ArrayDeque<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Admission admission = new Admission(5_000, turns::add, waiting, Metrics.uncounted());
    private final List<String> begun = new ArrayList<>();

    @Test
    void handshake_waits_until_one_before_it_has_ended() {
        fill();
        enter("waits");
        run();
        assertThat(begun).isEmpty();
        assertThat(waiting).hasValue(1);
        admission.ended();
        run();
        assertThat(begun).containsExactly("waits");
        assertThat(waiting).hasValue(0);
    }

    /** Those before it end while a change of settings holds it, so none of them finds it in the queue. */
    @Test
    void handshake_that_was_held_until_all_before_it_had_ended_begins() {
        int before = fill();
        for (int i = 0; i < before; i++) {
            admission.ended();
        }
        enter("held");
        enter("held too");
        run();
        assertThat(begun).containsExactly("held", "held too");
        assertThat(admission.isFree()).isTrue();
    }

    private int fill() {
        int begun = 0;
        while (admission.isFree()) {
            admission.begin();
            begun++;
        }
        return begun;
    }

    private void enter(String name) {
        assertThat(admission.enter("192.0.2.1", () -> begun.add(name), gone -> {}))
                .isEmpty();
    }

    private void run() {
        while (!turns.isEmpty()) {
            turns.remove().run();
        }
    }
}
