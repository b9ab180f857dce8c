package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socket.FlushCoalescer.Target;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FlushCoalescerTest {
    private static final long LONG = 6_000_000;

    private final Turns turns = new Turns();
    private final FlushCoalescer coalescer = new FlushCoalescer(turns.tasks::add, turns.atEnd::add);
    private final List<String> flushed = new ArrayList<>();
    private final Target one = () -> flushed.add("one");

    /** An event loop that runs turn by turn. */
    private static final class Turns {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final Queue<Runnable> atEnd = new ArrayDeque<>();

        /** As Netty's: a task that is added in a turn is run in it. */
        void run(Runnable read) {
            read.run();
            runAll(tasks);
            runAll(atEnd);
        }

        void runIdle() {
            run(() -> {});
        }

        private static void runAll(Queue<Runnable> queue) {
            for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
                task.run();
            }
        }
    }

    @Test
    void socket_is_flushed_once_for_all_writes_of_turns_that_follow_each_other() {
        turns.run(() -> {
            coalescer.wrote(one, true, 0);
            coalescer.wrote(one, false, 0);
        });
        turns.run(() -> coalescer.wrote(one, false, 0));
        assertThat(flushed).isEmpty();
        turns.runIdle();
        assertThat(flushed).containsExactly("one");
        turns.run(() -> coalescer.wrote(one, true, 0));
        turns.runIdle();
        assertThat(flushed).containsExactly("one", "one");
    }

    @Test
    void loop_that_writes_in_each_turn_flushes_all_the_same() {
        turns.run(() -> coalescer.wrote(one, true, 0));
        turns.run(() -> coalescer.wrote(one, false, LONG));
        assertThat(flushed).containsExactly("one");
        turns.run(() -> coalescer.wrote(one, true, LONG));
        assertThat(flushed).containsExactly("one");
        turns.run(() -> coalescer.wrote(one, false, 2 * LONG + 1));
        assertThat(flushed).containsExactly("one", "one");
    }

    /** Else nothing is sent to any client of the event loop until a write comes 5 ms later, such as the ping. */
    @Test
    void socket_that_fails_keeps_no_other_from_being_flushed_in_this_turn_or_the_next() {
        turns.run(() -> {
            coalescer.wrote(
                    () -> {
                        throw new IllegalStateException("broken");
                    },
                    true,
                    0);
            coalescer.wrote(
                    () -> {
                        throw new OutOfMemoryError("full");
                    },
                    true,
                    0);
            coalescer.wrote(() -> flushed.add("one"), true, 0);
        });
        turns.runIdle();
        assertThat(flushed).containsExactly("one");
        turns.run(() -> coalescer.wrote(() -> flushed.add("two"), true, 0));
        turns.runIdle();
        assertThat(flushed).containsExactly("one", "two");
    }
}
