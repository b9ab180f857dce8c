package dev.portcullis.client.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacerTest {
    private final AtomicLong now = new AtomicLong();
    private final ScheduledExecutorService loop = new ScheduledThreadPoolExecutor(1);
    private final List<Long> due = new ArrayList<>();

    @AfterEach
    void stop() {
        loop.shutdownNow();
    }

    @Test
    void delayed_messages_carry_the_times_at_which_they_were_due() throws Exception {
        now.set(TimeUnit.SECONDS.toNanos(1)); // the whole schedule has passed before the first tick

        run(new Pacer(loop, List.of(due::add), 200, 0, TimeUnit.SECONDS.toNanos(1), now::get));

        assertThat(due)
                .containsExactlyElementsOf(LongStream.range(0, 200)
                        .map(index -> index * 5_000_000)
                        .boxed()
                        .toList());
    }

    @Test
    void senders_take_turns() throws Exception {
        now.set(100);
        List<String> order = new ArrayList<>();
        LongConsumer alice = any -> order.add("alice");
        LongConsumer bob = any -> order.add("bob");

        run(new Pacer(loop, List.of(alice, bob), TimeUnit.SECONDS.toNanos(1) / 10.0, 0, 40, now::get));

        assertThat(order).containsExactly("alice", "bob", "alice", "bob");
    }

    @Test
    void pacer_is_done_once_all_due_messages_were_sent() throws Exception {
        Pacer pacer = new Pacer(loop, List.of(due::add), 200, 0, TimeUnit.SECONDS.toNanos(1), now::get);
        now.set(TimeUnit.SECONDS.toNanos(1) - 5_000_001); // just before the last

        run(pacer);
        assertThat(pacer.isDone()).isFalse();
        now.set(TimeUnit.SECONDS.toNanos(1));
        assertThat(Await.until(pacer::isDone)).isTrue();

        assertThat(due).hasSize(200);
    }

    private void run(Pacer pacer) throws Exception {
        pacer.start();
        // What the pacer queued runs first, and it queues itself again until it is done.
        for (int i = 0; i < 10; i++) {
            loop.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get(30, TimeUnit.SECONDS);
        }
    }
}
