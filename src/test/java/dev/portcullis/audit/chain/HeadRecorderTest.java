package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreFailure;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HeadRecorderTest {
    private static final ChainHead FIRST = new ChainHead(1, "a", "k");
    private static final ChainHead SECOND = new ChainHead(2, "b", "k");

    private final Store store = new Store();
    private HeadRecorder recorder;

    /** Fails as often as a test wants. */
    private static final class Store implements AuditHeadStore {
        private final List<ChainHead> asked = new CopyOnWriteArrayList<>();
        private final AtomicInteger failures = new AtomicInteger();

        @Override
        public Future<Optional<ChainHead>> find(String chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Future<ChainHead> advance(String chain, ChainHead head) {
            asked.add(head);
            return failures.getAndDecrement() > 0
                    ? Future.failedFuture(new StoreFailure("late"))
                    : Future.succeededFuture(head);
        }
    }

    @BeforeEach
    void open(Vertx vertx) {
        recorder = new HeadRecorder(vertx.getOrCreateContext(), store, "node-a");
    }

    @Test
    void last_head_is_recorded_though_the_store_failed_for_a_moment() throws Exception {
        store.failures.set(2);
        recorder.record(FIRST);
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isEqualTo(1);
        assertThat(store.asked).containsExactly(FIRST, FIRST, FIRST);
    }

    @Test
    void head_that_failed_before_the_end_is_recorded_at_it() throws Exception {
        store.failures.set(1);
        recorder.record(FIRST);
        assertThat(Await.until(() -> store.asked.size() == 1)).isTrue();
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isEqualTo(1);
    }

    @Test
    void newer_head_replaces_one_that_failed() throws Exception {
        store.failures.set(1);
        recorder.record(FIRST);
        assertThat(Await.until(() -> store.asked.size() == 1)).isTrue();
        recorder.record(SECOND);
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isEqualTo(2);
        assertThat(store.asked).containsExactly(FIRST, SECOND);
    }

    @Test
    void store_that_stays_away_holds_the_end_up_for_a_time_only() throws Exception {
        store.failures.set(1_000);
        recorder.record(FIRST);
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isZero();
        assertThat(store.asked).hasSizeGreaterThan(1);
    }
}
