package dev.portcullis.store.embedded;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.kit.Await;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.StoreTimer.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.LoggerFactory;

@ExtendWith(VertxExtension.class)
class EmbeddedStoreTest {
    private static final int WAITING = 16;

    @TempDir
    Path folder;

    @TempDir
    Path logs;

    private final AtomicBoolean diskFull = new AtomicBoolean();
    private final CountDownLatch diskReleased = new CountDownLatch(1);
    private final Queue<Long> commits = new ConcurrentLinkedQueue<>();
    private final Queue<Long> reads = new ConcurrentLinkedQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger diskEnds = new AtomicInteger();
    private volatile boolean diskHangs;
    private volatile boolean diskFails;
    private volatile boolean failsFatally;
    private volatile boolean failsAfterwards;
    private EmbeddedStore store;
    private Table table;

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(
                StoreFolder.existing(folder),
                config(),
                this::failing,
                this::recordTime,
                new StoreEnd(ended::countDown, diskEnds::incrementAndGet));
        table = store.table("things");
    }

    @Test
    void reads_do_not_wait_for_searches() throws Exception {
        CountDownLatch searching = new CountDownLatch(1);
        List<Future<Boolean>> searches = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            searches.add(store.search(() -> awaited(searching)));
        }
        assertThat(store.readCold(reader -> "old").await(30, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(store.read(reader -> "new").await(30, TimeUnit.SECONDS)).isEqualTo("new");
        assertThat(searches).noneMatch(Future::isComplete);
        searching.countDown();
        assertThat(Future.all(searches).await(30, TimeUnit.SECONDS).<Boolean>list())
                .doesNotContain(false);
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void checkpoint_has_what_was_written_before_it_and_can_be_read_where_it_lies() throws Exception {
        store.write(batch -> put(batch, "a", "before")).await(30, TimeUnit.SECONDS);
        Path into = folder.resolve("checkpoint");

        store.checkpoint(into).await(30, TimeUnit.SECONDS);
        store.write(batch -> put(batch, "a", "after")).await(30, TimeUnit.SECONDS);

        List<String> before = names(into);
        try (ReadOnlyStore read = ReadOnlyStore.open(into, logs)) {
            assertThat(read.reader().get(read.table("things"), "a".getBytes(UTF_8)))
                    .isEqualTo("before".getBytes(UTF_8));
            read.verifyChecksums();
            assertThatThrownBy(() -> read.table("others")).isInstanceOf(StoreFailure.class);
        }
        assertThat(names(into)).isEqualTo(before);
    }

    @Test
    void store_is_opened_again_beside_its_checkpoint() throws Exception {
        store.write(batch -> put(batch, "a", "value")).await(30, TimeUnit.SECONDS);
        Path into = folder.resolve("checkpoint");
        store.checkpoint(into).await(30, TimeUnit.SECONDS);
        List<String> before = names(into);

        store.close();
        store = EmbeddedStore.open(folder, config());

        assertThat(names(into)).isEqualTo(before);
        Table things = store.table("things");
        byte[] value =
                store.read(reader -> reader.get(things, "a".getBytes(UTF_8))).await(30, TimeUnit.SECONDS);
        assertThat(value).isEqualTo("value".getBytes(UTF_8));
    }

    @Test
    void checkpoint_that_can_not_be_made_fails_and_the_store_goes_on() throws Exception {
        assertThatThrownBy(() ->
                        store.checkpoint(folder.resolve("no").resolve("folder")).await(30, TimeUnit.SECONDS))
                .isInstanceOf(StoreFailure.class);
        store.write(batch -> put(batch, "a", "value")).await(30, TimeUnit.SECONDS);
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void renewed_log_has_nothing_that_was_deleted_before() throws Exception {
        store.write(batch -> put(batch, "a", "a forgotten text")).await(30, TimeUnit.SECONDS);
        store.write(batch -> put(batch, "a", "another one")).await(30, TimeUnit.SECONDS);
        assertThat(filesWith("a forgotten text")).isNotEmpty();

        store.renewLog().await(30, TimeUnit.SECONDS);

        assertThat(Await.until(() -> filesWith("a forgotten text").isEmpty())).isTrue();
        Table things = store.table("things");
        assertThat(store.read(reader -> reader.get(things, "a".getBytes(UTF_8))).await(30, TimeUnit.SECONDS))
                .isEqualTo("another one".getBytes(UTF_8));
    }

    private List<Path> filesWith(String text) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> {
                        try {
                            return Files.readString(file, ISO_8859_1).contains(text);
                        } catch (IOException removed) {
                            return false;
                        }
                    })
                    .toList();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private byte[] put(Batch batch, String key, String value) {
        batch.put(table, key.getBytes(UTF_8), value.getBytes(UTF_8));
        return value.getBytes(UTF_8);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(String::valueOf).sorted().toList();
        }
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void write_is_visible_to_reads_after_its_future_completed() throws Exception {
        assertThat(await(put("a", "1"))).isEqualTo("a");
        assertThat(read("a")).contains("1");
        assertThat(read("b")).isEmpty();
    }

    @Test
    void committed_row_is_present_after_reopening() throws Exception {
        await(put("a", "1"));
        reopen();
        assertThat(read("a")).contains("1");
    }

    @Test
    void step_sees_writes_of_earlier_steps_of_its_group() throws Exception {
        CountDownLatch gate = block();
        List<Future<Integer>> counts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            counts.add(store.write(this::count));
        }
        gate.countDown();
        for (int i = 0; i < 10; i++) {
            assertThat(await(counts.get(i))).isEqualTo(i + 1);
        }
        assertThat(read("count")).contains("10");
    }

    @Test
    void step_sees_its_own_writes() throws Exception {
        await(put("a", "1"));
        List<Optional<String>> seen = await(store.write(batch -> {
            batch.delete(table, bytes("a"));
            Optional<String> deleted = text(batch.get(table, bytes("a")));
            batch.put(table, bytes("a"), bytes("2"));
            return List.of(deleted, text(batch.get(table, bytes("a"))));
        }));
        assertThat(seen).containsExactly(Optional.empty(), Optional.of("2"));
    }

    @Test
    void step_that_throws_discards_its_own_writes_only() throws Exception {
        CountDownLatch gate = block();
        Future<String> before = put("before", "1");
        Future<String> thrown = store.write(batch -> {
            batch.put(table, bytes("thrown"), bytes("1"));
            batch.put(table, bytes("before"), bytes("2"));
            throw new IllegalStateException("refused");
        });
        Future<String> after = put("after", "1");
        gate.countDown();
        await(before);
        await(after);
        assertThatThrownBy(() -> await(thrown)).isInstanceOf(IllegalStateException.class);
        assertThat(read("before")).contains("1");
        assertThat(read("thrown")).isEmpty();
        assertThat(read("after")).contains("1");
    }

    @Test
    void step_that_throws_an_error_ends_the_process_and_its_group_is_not_committed() throws Exception {
        CountDownLatch gate = block();
        Future<String> before = put("before", "1");
        Future<String> error = store.write(batch -> {
            throw new OutOfMemoryError("a test");
        });
        Future<String> after = put("after", "1");
        gate.countDown();
        assertThat(pass(ended)).as("the process is ended").isTrue();
        for (Future<String> each : List.of(before, error, after)) {
            assertThatThrownBy(() -> await(each)).isInstanceOf(StoreFailure.class);
        }
        assertThat(store.healthy()).isFalse();
        assertThatThrownBy(() -> await(put("late", "1"))).isInstanceOf(StoreFailure.class);
        reopen();
        assertThat(read("before")).isEmpty();
        assertThat(read("after")).isEmpty();
    }

    @Test
    void commit_that_throws_an_error_ends_the_process() throws Exception {
        failsFatally = true;
        Future<String> lost = put("a", "1");
        assertThat(pass(ended)).as("the process is ended").isTrue();
        assertThatThrownBy(() -> await(lost)).isInstanceOf(StoreFailure.class);
        assertThat(store.healthy()).isFalse();
    }

    @Test
    void query_that_throws_an_error_ends_the_process() throws Exception {
        Future<String> query = store.read(reader -> {
            throw new StackOverflowError();
        });
        assertThatThrownBy(() -> await(query)).isInstanceOf(StackOverflowError.class);
        assertThat(pass(ended)).as("the process is ended").isTrue();
        assertThat(store.healthy()).isFalse();
    }

    @Test
    void reader_sees_its_snapshot_during_later_writes() throws Exception {
        await(put("a", "1"));
        CountDownLatch readOnce = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        Future<List<Optional<String>>> seen = store.read(reader -> {
            Optional<String> first = text(reader.get(table, bytes("a")));
            readOnce.countDown();
            pass(changed);
            List<String> scanned = new ArrayList<>();
            reader.scan(table, bytes("a"), bytes("z"), (key, value) -> scanned.add(new String(value, UTF_8)));
            return List.of(first, text(reader.get(table, bytes("a"))), Optional.of(String.join(",", scanned)));
        });
        pass(readOnce);
        await(put("a", "2"));
        await(put("b", "2"));
        changed.countDown();
        assertThat(await(seen)).containsExactly(Optional.of("1"), Optional.of("1"), Optional.of("1"));
    }

    @Test
    void scan_keeps_its_bounds_in_both_directions_and_stops_when_the_visitor_stops() throws Exception {
        for (String key : List.of("a", "b", "c", "d")) {
            await(put(key, key));
        }
        List<String> visited = await(store.read(reader -> {
            List<String> keys = new ArrayList<>();
            reader.scan(table, bytes("b"), bytes("d"), (key, value) -> keys.add(new String(key, UTF_8)));
            reader.scanBack(table, bytes("b"), bytes("d"), (key, value) -> keys.add(new String(key, UTF_8)));
            reader.scan(table, bytes("a"), bytes("z"), (key, value) -> {
                keys.add(new String(key, UTF_8));
                return false;
            });
            return keys;
        }));
        assertThat(visited).containsExactly("b", "c", "c", "b", "a");
    }

    @Test
    void results_of_one_group_complete_on_the_callers_context_in_one_event_loop_task(Vertx vertx, VertxTestContext test)
            throws Exception {
        Context context = vertx.getOrCreateContext();
        List<String> order = new ArrayList<>();
        CountDownLatch gate = block();
        context.runOnContext(any -> {
            for (int i = 0; i < 3; i++) {
                put("k" + i, "1").onComplete(test.succeeding(key -> {
                    order.add(key + " " + (Vertx.currentContext() == context));
                    context.runOnContext(later -> order.add("later"));
                }));
            }
            store.read(reader -> "read").onComplete(test.succeeding(read -> {
                order.add(read + " " + (Vertx.currentContext() == context));
                gate.countDown();
            }));
            put("last", "1")
                    .onComplete(test.succeeding(key ->
                            context.runOnContext(later -> context.runOnContext(evenLater -> test.verify(() -> {
                                assertThat(String.join(", ", order))
                                        .isEqualTo("read true, k0 true, k1 true, k2 true, later, later, later");
                                test.completeNow();
                            })))));
        });
    }

    @Test
    void handler_that_throws_does_not_affect_other_callers() throws Exception {
        CountDownLatch gate = block();
        put("a", "1").onSuccess(any -> {
            throw new IllegalStateException("a bug of the caller");
        });
        Future<String> next = put("b", "1");
        gate.countDown();
        assertThat(await(next)).isEqualTo("b");
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void caller_whose_event_loop_has_ended_does_not_affect_others(Vertx vertx) throws Exception {
        CountDownLatch gate = block();
        CountDownLatch asked = new CountDownLatch(1);
        vertx.getOrCreateContext().runOnContext(any -> {
            put("a", "1");
            asked.countDown();
        });
        pass(asked);
        await(vertx.close());
        Future<String> next = put("b", "1");
        gate.countDown();
        assertThat(await(next)).isEqualTo("b");
        assertThat(await(put("c", "1"))).isEqualTo("c");
    }

    @Test
    void writes_beyond_the_queue_limit_fail_at_once() throws Exception {
        CountDownLatch gate = block();
        List<Future<String>> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(put("k" + i, "1"));
        }
        Future<String> excess = put("more", "1");
        assertThat(excess.failed()).isTrue();
        assertThat(excess.cause()).isInstanceOf(StoreFailure.class);
        gate.countDown();
        for (Future<String> each : waiting) {
            await(each);
        }
        assertThat(read("more")).isEmpty();
    }

    @Test
    void reads_beyond_the_queue_limit_fail_at_once() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        List<Future<Boolean>> reads = new ArrayList<>();
        for (int i = 0; i < WAITING + 10; i++) {
            reads.add(store.read(reader -> pass(gate)));
        }
        assertThat(reads).anyMatch(Future::failed);
        assertThat(reads.get(reads.size() - 1).cause()).isInstanceOf(StoreFailure.class);
        gate.countDown();
        assertThat(await(reads.get(0))).isTrue();
    }

    @Test
    void close_finishes_waiting_steps_and_refuses_later_ones() throws Exception {
        CountDownLatch gate = block();
        Future<String> waiting = put("a", "1");
        Thread closing = new Thread(store::close);
        closing.start();
        while (store.healthy()) {
            Thread.onSpinWait();
        }
        gate.countDown();
        assertThat(await(waiting)).isEqualTo("a");
        closing.join();
        assertThatThrownBy(() -> await(put("b", "1"))).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> await(store.probe())).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> await(store.read(reader -> 1))).isInstanceOf(StoreFailure.class);
        store.close();
        reopen();
        assertThat(read("a")).contains("1");
        assertThat(read("b")).isEmpty();
    }

    @Test
    void table_is_emptied_between_earlier_and_later_steps() throws Exception {
        await(put("old", "1"));
        CountDownLatch gate = block();
        put("older", "1");
        Future<Void> emptied = store.empty(table);
        Future<Optional<String>> seen = store.write(batch -> text(batch.get(table, bytes("old"))));
        Future<String> after = put("new", "1");
        gate.countDown();
        await(emptied);
        await(after);
        assertThat(await(seen)).isEmpty();
        assertThat(read("old")).isEmpty();
        assertThat(read("older")).isEmpty();
        assertThat(read("new")).contains("1");
        reopen();
        assertThat(read("old")).isEmpty();
        assertThat(read("new")).contains("1");
    }

    @Test
    void other_tables_keep_their_rows_when_one_is_emptied() throws Exception {
        Table other = store.table("others");
        await(store.write(batch -> {
            batch.put(other, bytes("a"), bytes("1"));
            batch.put(table, bytes("a"), bytes("1"));
            return "";
        }));
        await(store.empty(table));
        Optional<String> kept = await(store.read(reader -> text(reader.get(other, bytes("a")))));
        assertThat(kept).contains("1");
    }

    /** Dropping and closing a column family during a scan would crash the process; emptying a table must not. */
    @Test
    void table_can_be_emptied_during_scans() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        List<Future<Integer>> scans = new ArrayList<>();
        for (int reader = 0; reader < 2; reader++) {
            scans.add(store.read(view -> {
                int rows = 0;
                while (!done.get()) {
                    List<byte[]> keys = new ArrayList<>();
                    view.scan(table, bytes("a"), bytes("z"), (key, value) -> keys.add(key));
                    rows += keys.size();
                }
                return rows;
            }));
        }
        for (int round = 0; round < 100; round++) {
            await(put("k" + round, "1"));
            await(store.empty(table));
        }
        done.set(true);
        for (Future<Integer> scan : scans) {
            await(scan);
        }
        assertThat(read("k99")).isEmpty();
    }

    @Test
    void full_disk_fails_the_whole_group_and_is_unhealthy_until_a_commit_succeeds() throws Exception {
        await(put("a", "1"));
        diskFull.set(true);
        CountDownLatch gate = block();
        Future<String> one = put("a", "2");
        Future<String> two = put("b", "2");
        gate.countDown();
        assertThatThrownBy(() -> await(one)).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> await(two)).isInstanceOf(StoreFailure.class);
        assertThat(store.healthy()).isFalse();
        assertThat(read("a")).as("reads go on").contains("1");
        Optional<String> seen = await(store.write(batch -> text(batch.get(table, bytes("a")))));
        assertThat(seen).contains("1");
        assertThat(store.healthy())
                .as("a step that writes nothing proves nothing")
                .isFalse();
        diskFull.set(false);
        await(store.probe());
        assertThat(store.healthy()).isTrue();
        assertThat(await(put("b", "3"))).isEqualTo("b");
        assertThat(read("a")).contains("1");
    }

    @Test
    void probe_on_a_full_disk_fails_and_makes_the_store_unhealthy() {
        diskFull.set(true);
        assertThatThrownBy(() -> await(store.probe())).isInstanceOf(StoreFailure.class);
        assertThat(store.healthy()).isFalse();
    }

    /** A sync that succeeds after one that failed proves nothing: the system may have dropped what it could not write. */
    @Test
    void disk_that_failed_once_ends_the_process_and_takes_no_further_write() throws Exception {
        await(put("a", "1"));
        diskFails = true;
        assertThatThrownBy(() -> await(put("a", "2"))).isInstanceOf(StoreFailure.class);
        diskFails = false;
        assertThatThrownBy(() -> await(put("a", "3"))).isInstanceOf(StoreFailure.class);
        assertThatThrownBy(() -> await(store.probe())).isInstanceOf(StoreFailure.class);
        assertThat(store.healthy()).isFalse();
        assertThat(read("a")).as("reads go on").contains("1");
        assertThat(diskEnds).hasValue(1);
        assertThat(ended.getCount()).as("no thread is lost").isEqualTo(1);
    }

    @Test
    void full_disk_does_not_end_the_process() throws Exception {
        diskFull.set(true);
        assertThatThrownBy(() -> await(put("a", "1"))).isInstanceOf(StoreFailure.class);
        diskFull.set(false);
        await(put("a", "2"));
        assertThat(diskEnds).hasValue(0);
    }

    @Test
    void hanging_disk_makes_the_store_unhealthy_within_seconds() throws Exception {
        diskHangs = true;
        Future<Void> probe = store.probe();
        long startedAt = System.nanoTime();
        while (store.healthy()) {
            assertThat(System.nanoTime() - startedAt).isLessThan(TimeUnit.SECONDS.toNanos(10));
            Thread.onSpinWait();
        }
        assertThat(probe.isComplete()).isFalse();
        diskHangs = false;
        diskReleased.countDown();
        await(probe);
        assertThat(store.healthy()).isTrue();
    }

    @Test
    void version_of_a_table_changes_with_each_commit_to_it_and_with_no_other() throws Exception {
        Table other = store.table("others");
        OptionalLong first = table.version();
        await(put("a", "1"));
        OptionalLong second = table.version();
        assertThat(second.orElseThrow()).isGreaterThan(first.orElseThrow());
        await(store.write(batch -> {
            batch.put(other, bytes("a"), bytes("1"));
            return "put";
        }));
        await(store.probe());
        assertThat(table.version()).isEqualTo(second);
        await(store.empty(table));
        assertThat(table.version().orElseThrow()).isGreaterThan(second.orElseThrow());
    }

    /** The engine may have the rows of such a commit. */
    @Test
    void failed_commit_changes_the_version_too() throws Exception {
        OptionalLong before = table.version();
        failsAfterwards = true;
        assertThatThrownBy(() -> await(put("a", "1"))).isInstanceOf(StoreFailure.class);
        assertThat(table.version().orElseThrow()).isGreaterThan(before.orElseThrow());
    }

    @Test
    void table_has_no_version_while_a_commit_changes_it() throws Exception {
        diskHangs = true;
        Future<String> written = put("a", "1");
        assertThat(Await.until(() -> table.version().isEmpty())).isTrue();
        diskHangs = false;
        diskReleased.countDown();
        await(written);
        assertThat(table.version()).isPresent();
    }

    @Test
    void step_after_a_failed_commit_reads_what_the_engine_has() throws Exception {
        await(put("a", "1"));
        assertThat(await(store.write(this::a))).contains("1");
        failsAfterwards = true;
        assertThatThrownBy(() -> await(put("a", "2"))).isInstanceOf(StoreFailure.class);
        failsAfterwards = false;
        assertThat(await(store.write(this::a))).contains("2");
        await(put("a", "3"));
        assertThat(await(store.write(this::a))).contains("3");
    }

    @Test
    void step_reads_no_row_of_a_table_that_was_emptied_before() throws Exception {
        await(put("a", "1"));
        assertThat(await(store.write(this::a))).contains("1");
        await(store.empty(table));
        assertThat(await(store.write(this::a))).isEmpty();
    }

    private Optional<String> a(Batch batch) {
        return text(batch.get(table, bytes("a")));
    }

    @Test
    void failed_commits_are_logged_once_with_folder_and_cause() throws Exception {
        Logger writerLog = (Logger) LoggerFactory.getLogger(GroupCommitWriter.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        writerLog.addAppender(log);
        try {
            diskFull.set(true);
            for (String key : List.of("a", "b")) {
                assertThatThrownBy(() -> await(put(key, "1"))).hasMessageContaining("No space left on device");
            }
        } finally {
            writerLog.detachAppender(log);
        }
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getKeyValuePairs().toString())
                    .contains("store.commit.failed", "folder=\"" + folder + "\"", "cause=\"No space left on device\"");
            assertThat(line.getThrowableProxy()).isNull();
        });
    }

    @Test
    void each_commit_of_a_group_and_each_read_is_timed() throws Exception {
        CountDownLatch gate = block();
        put("a", "1");
        Future<String> last = put("b", "1");
        gate.countDown();
        await(last);
        assertThat(commits).as("one group").hasSize(1);
        assertThat(reads).isEmpty();
        read("a");
        read("b");
        assertThat(reads).hasSize(2);
        assertThat(commits).hasSize(1);
    }

    @Test
    void failed_operation_is_timed_and_a_read_includes_its_wait() throws Exception {
        diskFull.set(true);
        assertThatThrownBy(() -> await(put("a", "1"))).isInstanceOf(StoreFailure.class);
        assertThat(commits).hasSize(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(2);
        List<Future<Boolean>> busy = new ArrayList<>();
        for (int i = 0; i < 2; i++) { // one for each thread
            busy.add(store.read(reader -> {
                started.countDown();
                return pass(gate);
            }));
        }
        pass(started);
        Future<String> waiting = store.read(reader -> {
            throw new IllegalStateException("a bug");
        });
        long startedAt = System.nanoTime();
        while (System.nanoTime() - startedAt < TimeUnit.MILLISECONDS.toNanos(20)) {
            Thread.onSpinWait();
        }
        gate.countDown();
        assertThatThrownBy(() -> await(waiting)).isInstanceOf(IllegalStateException.class);
        await(Future.all(busy)); // runs on another thread, so it may end later
        assertThat(reads).hasSize(3).allMatch(nanos -> nanos >= TimeUnit.MILLISECONDS.toNanos(20));
    }

    private void recordTime(Operation operation, long nanos) {
        (operation == Operation.COMMIT ? commits : reads).add(nanos);
    }

    private RocksEngine.CommitSink failing(RocksEngine.CommitSink sink) {
        return (group, synced) -> {
            if (diskHangs) {
                pass(diskReleased);
            }
            if (failsFatally) {
                throw new NoClassDefFoundError("a test");
            }
            if (diskFull.get()) {
                throw new RocksDBException("No space left on device");
            }
            if (diskFails) {
                throw new RocksDBException(
                        "While fdatasync: Input/output error",
                        new Status(Status.Code.IOError, Status.SubCode.None, "Input/output error"));
            }
            sink.commit(group, synced);
            if (failsAfterwards) {
                throw new RocksDBException("No space left on device");
            }
        };
    }

    private int count(Batch batch) {
        int next = text(batch.get(table, bytes("count"))).map(Integer::parseInt).orElse(0) + 1;
        batch.put(table, bytes("count"), bytes(String.valueOf(next)));
        return next;
    }

    /** Keeps the writer busy until the latch opens, so that later steps form one group. */
    private CountDownLatch block() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        store.write(batch -> {
            started.countDown();
            return pass(gate);
        });
        pass(started);
        return gate;
    }

    private void reopen() throws Exception {
        store.close();
        open();
    }

    private Future<String> put(String key, String value) {
        return store.write(batch -> {
            batch.put(table, bytes(key), bytes(value));
            return key;
        });
    }

    private Optional<String> read(String key) throws Exception {
        Function<Reader, Optional<String>> query = reader -> text(reader.get(table, bytes(key)));
        return await(store.read(query));
    }

    private static boolean pass(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static StoreConfig config() {
        return new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), true, WAITING);
    }

    private static Optional<String> text(byte @org.jspecify.annotations.Nullable [] value) {
        return Optional.ofNullable(value).map(bytes -> new String(bytes, UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
