package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.socket.FlushCoalescer.Target;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlushCoalescerTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final FlushCoalescer coalescer = new FlushCoalescer(channel.eventLoop());
    private final List<String> flushed = new ArrayList<>();

    @Test
    void socket_is_flushed_once_for_all_writes_of_a_turn() {
        Target one = () -> flushed.add("one");
        coalescer.wrote(one, true, 0);
        coalescer.wrote(one, false, 0);
        assertThat(flushed).isEmpty();
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("one");
    }

    /** Else nothing is sent to any client of the event loop until a write comes 5 ms later, such as the ping. */
    @Test
    void socket_that_fails_keeps_no_other_from_being_flushed_in_this_turn_or_the_next() {
        coalescer.wrote(
                () -> {
                    throw new IllegalStateException("broken");
                },
                true,
                0);
        coalescer.wrote(() -> flushed.add("one"), true, 0);
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("one");
        coalescer.wrote(() -> flushed.add("two"), true, 0);
        channel.runPendingTasks();
        assertThat(flushed).containsExactly("one", "two");
    }
}
