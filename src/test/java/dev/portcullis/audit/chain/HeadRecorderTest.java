package dev.portcullis.audit.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class HeadRecorderTest {
    private static final ChainHead FIRST = new ChainHead(1, "a".repeat(64), "c".repeat(16));
    private static final ChainHead SECOND = new ChainHead(2, "b".repeat(64), "c".repeat(16));

    private final MemoryRowStore rows = new MemoryRowStore(() -> 0);
    private final AuditHeadStore store = new AuditHeadStore(rows);
    private HeadRecorder recorder;

    @BeforeEach
    void open(Vertx vertx) {
        recorder = new HeadRecorder(vertx.getOrCreateContext(), store, "node-a");
    }

    @Test
    void last_head_is_recorded_though_the_store_failed_for_a_moment() throws Exception {
        rows.failNext(2);
        recorder.record(FIRST);
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isEqualTo(1);
        assertThat(rows.calls()).isEqualTo(3);
        assertThat(recordedHead()).contains(FIRST);
    }

    @Test
    void head_that_failed_before_the_end_is_recorded_at_it() throws Exception {
        rows.failNext(1);
        recorder.record(FIRST);
        assertThat(Await.until(() -> rows.calls() == 1)).isTrue();
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isEqualTo(1);
    }

    @Test
    void newer_head_replaces_one_that_failed() throws Exception {
        rows.failNext(1);
        recorder.record(FIRST);
        assertThat(Await.until(() -> rows.calls() == 1)).isTrue();
        recorder.record(SECOND);
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isEqualTo(2);
        assertThat(rows.calls()).isEqualTo(2);
        assertThat(recordedHead()).contains(SECOND);
    }

    @Test
    void store_that_stays_away_holds_the_end_up_for_a_time_only() throws Exception {
        rows.failNext(1_000);
        recorder.record(FIRST);
        recorder.settled().await(30, TimeUnit.SECONDS);
        assertThat(recorder.recorded()).isZero();
        assertThat(rows.calls()).isGreaterThan(1);
    }

    private Optional<ChainHead> recordedHead() throws Exception {
        return store.find("node-a").await(30, TimeUnit.SECONDS);
    }
}
