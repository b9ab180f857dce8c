package dev.portcullis.store.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class InlineReadsTest {
    private static final String READER = "store-read";

    @TempDir
    Path folder;

    private final Queue<Operation> timed = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private Context loop;
    private EmbeddedStore store;
    private Table table;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        loop = vertx.getOrCreateContext();
        open();
    }

    private void open() throws Exception {
        store = EmbeddedStore.open(
                StoreFolder.existing(folder),
                new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 16),
                sink -> sink,
                (operation, nanos) -> timed.add(operation),
                new StoreEnd(ended::countDown, () -> {}));
        table = store.table("things");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void rows_in_memory_are_read_at_once_on_the_event_loop_of_the_caller() {
        put("a", "1");
        timed.clear();
        List<String> seen = onLoop(() -> {
            Future<Optional<String>> read = store.readFew(reader -> value(reader, "a"));
            return Future.succeededFuture(
                    List.of(String.valueOf(read.isComplete()), read.result().orElse("")));
        });
        assertThat(seen).containsExactly("true", "1");
        assertThat(threadOf("a")).doesNotContain(READER);
        assertThat(timed).containsExactly(Operation.INLINE, Operation.INLINE);
    }

    @Test
    void rows_on_the_disk_are_read_by_a_thread_that_may_wait_and_then_are_in_memory() throws Exception {
        put("a", "1");
        Await.done(store.renewLog());
        store.close();
        open();
        timed.clear();
        assertThat(threadOf("a")).isEqualTo(READER);
        assertThat(timed).containsExactly(Operation.READ);
        assertThat(read(reader -> value(reader, "a").orElse(""))).isEqualTo("1");
        assertThat(threadOf("a")).doesNotContain(READER);
    }

    @Test
    void caller_without_an_event_loop_gets_its_rows_from_a_thread() {
        put("a", "1");
        String thread =
                Await.done(store.readFew(reader -> Thread.currentThread().getName()));
        assertThat(thread).isEqualTo(READER);
    }

    @Test
    void query_that_reads_more_than_a_few_rows_leaves_the_event_loop() {
        for (int i = 0; i <= MemoryReader.MOST_ROWS; i++) {
            put("row" + (100 + i), "1");
        }
        assertThat(counted(MemoryReader.MOST_ROWS)).isEqualTo(MemoryReader.MOST_ROWS + " inline");
        assertThat(counted(MemoryReader.MOST_ROWS + 1)).isEqualTo(MemoryReader.MOST_ROWS + 1 + " " + READER);
        assertThat(read(reader -> {
                    for (int i = 0; i <= MemoryReader.MOST_ROWS; i++) {
                        value(reader, "row" + (100 + i));
                    }
                    return Thread.currentThread().getName();
                }))
                .isEqualTo(READER);
    }

    /** Counts the first rows, and says where. */
    private String counted(int most) {
        return read(reader -> {
            List<byte[]> found = new ArrayList<>();
            reader.scan(table, bytes("row"), bytes("row9"), (key, value) -> {
                found.add(key);
                return found.size() < most;
            });
            return found.size() + " " + (Thread.currentThread().getName().equals(READER) ? READER : "inline");
        });
    }

    @Test
    void query_of_long_rows_leaves_the_event_loop() {
        put("a", "x".repeat(40_000));
        put("b", "x".repeat(40_000));
        assertThat(threadOf("a")).doesNotContain(READER);
        assertThat(threadOf("a", "b")).isEqualTo(READER);
    }

    @Test
    void query_that_would_choose_a_large_read_is_not_tried_on_the_event_loop() {
        Function<Reader, String> query = reader -> Thread.currentThread().getName();
        String few = onLoop(() -> store.read(MemoryReader.MOST_ROWS, query));
        String many = onLoop(() -> store.read(MemoryReader.MOST_ROWS + 1L, query));
        assertThat(few).doesNotContain(READER);
        assertThat(many).isEqualTo(READER);
    }

    @Test
    void scan_over_many_deleted_rows_leaves_the_event_loop() {
        put("row", "1");
        Await.done(store.write(batch -> {
            for (int i = 0; i < 1_000; i++) {
                batch.put(table, bytes("deleted" + i), bytes("1"));
            }
            return 0;
        }));
        Await.done(store.write(batch -> {
            for (int i = 0; i < 1_000; i++) {
                batch.delete(table, bytes("deleted" + i));
            }
            return 0;
        }));
        assertThat(read(reader -> {
                    List<String> found = new ArrayList<>();
                    reader.scan(table, bytes("d"), bytes("z"), (key, value) -> found.add(new String(value, UTF_8)));
                    return found + Thread.currentThread().getName();
                }))
                .isEqualTo("[1]" + READER);
    }

    @Test
    void rows_of_a_query_are_of_one_moment_when_another_commit_comes_between_them() {
        put("a", "1");
        put("b", "1");
        AtomicInteger runs = new AtomicInteger();
        assertThat(read(reader -> {
                    String first = value(reader, "a").orElse("");
                    if (runs.incrementAndGet() == 1) {
                        putBoth("2");
                    }
                    return first + value(reader, "b").orElse("");
                }))
                .isEqualTo("22");
        assertThat(runs).hasValue(2);
    }

    @Test
    void scan_of_a_query_is_of_the_moment_of_its_other_reads() {
        put("a", "1");
        put("b", "1");
        AtomicInteger runs = new AtomicInteger();
        assertThat(read(reader -> {
                    StringBuilder found = new StringBuilder(value(reader, "a").orElse(""));
                    if (runs.incrementAndGet() == 1) {
                        putBoth("2");
                    }
                    reader.scanBack(table, bytes("a"), bytes("z"), (key, value) -> {
                        found.append(new String(value, UTF_8));
                        return true;
                    });
                    return found.toString();
                }))
                .isEqualTo("222");
        assertThat(runs).hasValue(2);
    }

    @Test
    void caller_that_reads_on_from_each_result_does_not_take_all_of_the_stack() {
        put("a", "1");
        AtomicInteger left = new AtomicInteger(100_000);
        onLoop(() -> readDown(left, Promise.promise()));
        assertThat(left).hasValue(0);
    }

    @Test
    void loop_has_other_work_done_between_reads_that_follow_each_other() {
        put("a", "1");
        AtomicInteger left = new AtomicInteger(1_000);
        int leftThen = onLoop(() -> {
            Promise<Integer> other = Promise.promise();
            loop.runOnContext(any -> other.complete(left.get()));
            readDown(left, Promise.promise());
            return other.future();
        });
        assertThat(leftThen).isPositive();
    }

    private Future<Integer> readDown(AtomicInteger left, Promise<Integer> done) {
        if (left.decrementAndGet() == 0) {
            done.complete(0);
        } else {
            store.readFew(reader -> value(reader, "a"))
                    .onSuccess(any -> readDown(left, done))
                    .onFailure(done::tryFail);
        }
        return done.future();
    }

    @Test
    void query_that_throws_fails_its_future_only() {
        assertThatThrownBy(() -> read(reader -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void query_that_throws_an_error_ends_the_process() throws Exception {
        assertThatThrownBy(() -> read(reader -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(store.healthy()).isFalse();
    }

    @Test
    void closed_store_refuses_reads() {
        put("a", "1");
        store.close();
        assertThatThrownBy(() -> read(reader -> value(reader, "a").orElse("")))
                .isInstanceOf(StoreFailure.class)
                .hasMessage("the store is closed");
    }

    @Test
    void closing_waits_for_a_read_that_has_begun() throws Exception {
        put("a", "1");
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        Promise<Optional<String>> read = Promise.promise();
        loop.runOnContext(any -> store.readFew(reader -> {
                    reading.countDown();
                    pass(closing);
                    return value(reader, "a");
                })
                .onComplete(read));
        pass(reading);
        Thread closer = new Thread(store::close);
        closer.start();
        assertThat(Await.until(() -> closer.getState() == Thread.State.TIMED_WAITING))
                .isTrue();
        closing.countDown();
        assertThat(Await.done(read.future())).contains("1");
        closer.join();
        open();
    }

    private void putBoth(String value) {
        CountDownLatch written = new CountDownLatch(1);
        Thread other = new Thread(() -> store.write(batch -> {
                    batch.put(table, bytes("a"), bytes(value));
                    batch.put(table, bytes("b"), bytes(value));
                    return value;
                })
                .onComplete(any -> written.countDown()));
        other.start();
        pass(written);
    }

    private void put(String key, String value) {
        Await.done(store.write(batch -> {
            batch.put(table, bytes(key), bytes(value));
            return value;
        }));
    }

    /** The thread that reads these rows for an event loop. */
    private String threadOf(String... keys) {
        return read(reader -> {
            for (String key : keys) {
                value(reader, key);
            }
            return Thread.currentThread().getName();
        });
    }

    /** The result of a query that is made on the event loop. */
    private String read(Function<Reader, String> query) {
        return onLoop(() -> store.readFew(query));
    }

    private <T> T onLoop(Supplier<Future<T>> work) {
        Promise<T> result = Promise.promise();
        loop.runOnContext(any -> work.get().onComplete(result));
        return Await.done(result.future());
    }

    private Optional<String> value(Reader reader, String key) {
        return Optional.ofNullable(reader.get(table, bytes(key))).map(bytes -> new String(bytes, UTF_8));
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
