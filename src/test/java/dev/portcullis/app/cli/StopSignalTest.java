package dev.portcullis.app.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.app.node.StartupException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StopSignalTest {
    @Test
    void start_that_waits_is_broken_off_and_waited_for() throws Exception {
        CompletableFuture<StopSignal> made = new CompletableFuture<>();
        AtomicBoolean undone = new AtomicBoolean();
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        Thread starter = new Thread(() -> {
            StopSignal order = new StopSignal(Thread.currentThread());
            made.complete(order);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException brokenOff) {
                undone.set(true);
                stopped.complete(order.startEnded(Optional.empty()));
            }
        });
        starter.start();
        assertThat(made.join().stop()).as("so that the process ends well").isPresent();
        assertThat(undone).isTrue();
        assertThat(stopped.join()).isTrue();
        assertThatThrownBy(() -> made.join().check()).isInstanceOf(StartupException.class);
        starter.join();
    }

    @Test
    void node_that_has_started_is_what_is_stopped() throws Exception {
        StopSignal order = new StopSignal(Thread.currentThread());
        List<String> done = new ArrayList<>();
        order.check();
        assertThat(order.startEnded(Optional.of(() -> done.add("node stopped"))))
                .isFalse();
        order.stop().orElseThrow().run();
        assertThat(done).containsExactly("node stopped");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void start_that_failed_by_itself_keeps_its_exit_code() throws Exception {
        StopSignal order = new StopSignal(Thread.currentThread());
        assertThat(order.startEnded(Optional.empty())).isFalse();
        assertThat(order.stop()).isEmpty();
    }
}
