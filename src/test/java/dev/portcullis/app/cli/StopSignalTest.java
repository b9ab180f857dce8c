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
    void start_that_waits_is_interrupted_and_awaited() throws Exception {
        CompletableFuture<StopSignal> made = new CompletableFuture<>();
        AtomicBoolean undone = new AtomicBoolean();
        CompletableFuture<Boolean> stopped = new CompletableFuture<>();
        Thread starter = new Thread(() -> {
            StopSignal signal = new StopSignal(Thread.currentThread());
            made.complete(signal);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stopRequested) {
                undone.set(true);
                stopped.complete(signal.startEnded(Optional.empty()));
            }
        });
        starter.start();
        assertThat(made.join().stop()).as("so that the process exits with 0").isPresent();
        assertThat(undone).isTrue();
        assertThat(stopped.join()).isTrue();
        assertThatThrownBy(() -> made.join().check()).isInstanceOf(StartupException.class);
        starter.join();
    }

    @Test
    void started_node_is_stopped() throws Exception {
        StopSignal signal = new StopSignal(Thread.currentThread());
        List<String> done = new ArrayList<>();
        signal.check();
        assertThat(signal.startEnded(Optional.of(() -> done.add("node stopped"))))
                .isFalse();
        signal.stop().orElseThrow().run();
        assertThat(done).containsExactly("node stopped");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void start_that_failed_by_itself_keeps_its_exit_code() throws Exception {
        StopSignal signal = new StopSignal(Thread.currentThread());
        assertThat(signal.startEnded(Optional.empty())).isFalse();
        assertThat(signal.stop()).isEmpty();
    }
}
