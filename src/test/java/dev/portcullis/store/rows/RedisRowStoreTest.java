package dev.portcullis.store.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.kit.Loops;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.RedisStores;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

@ExtendWith(VertxExtension.class)
class RedisRowStoreTest extends RowStoreContract {
    private static final RowKey ROW = RowKey.of("t", "k");

    @RegisterExtension
    static final RedisStores REDIS = new RedisStores();

    @Override
    RowStore open() throws Exception {
        return new RedisRowStore(REDIS.open(), clock::get);
    }

    @Test
    void step_whose_rows_changed_runs_again_with_those_of_now() throws Exception {
        RowStore store = open();
        AtomicInteger runs = new AtomicInteger();
        String result = ready(store.change(7, ReadSet.of(ROW), rows -> {
            if (runs.incrementAndGet() == 1) {
                REDIS.ask("SET", "pc:{7}:t:k", "of another node");
            }
            return RowStep.done(rows.get(ROW).orElse(""), WriteSet.of(ROW, "mine"));
        }));
        assertThat(result).isEqualTo("of another node");
        assertThat(runs).hasValue(2);
        assertThat(REDIS.ask("GET", "pc:{7}:t:k")).isEqualTo("mine");
    }

    @Test
    void change_gives_up_when_its_rows_change_each_time() throws Exception {
        RowStore store = open();
        AtomicInteger runs = new AtomicInteger();
        StoreFailure failure = catchThrowableOfType(
                StoreFailure.class,
                () -> ready(store.change(7, ReadSet.of(ROW), rows -> {
                    REDIS.ask("SET", "pc:{7}:t:k", "v" + runs.incrementAndGet());
                    return RowStep.done("", WriteSet.of(ROW, "mine"));
                })));
        assertThat(failure.isNotApplied()).isTrue();
        assertThat(REDIS.ask("GET", "pc:{7}:t:k")).isEqualTo("v" + runs.get());
    }

    /** Each that fails would make all others begin again: without an order a million calls. */
    @Test
    void many_changes_of_one_row_take_a_few_calls_each() throws Exception {
        RedisStore redis = REDIS.open();
        RowStore store = new RedisRowStore(redis);
        long before = redis.calls();
        List<Future<Integer>> all = IntStream.range(0, 500)
                .mapToObj(i -> store.change(7, ReadSet.of(COUNT), RowStoreContract::increment))
                .toList();
        ready(Future.all(all));
        assertThat(all.stream().map(Future::result))
                .containsAll(IntStream.rangeClosed(1, 500).boxed().toList());
        assertThat(redis.calls() - before).isLessThanOrEqualTo(500 * 5);
    }

    @Test
    void change_that_was_repeated_ends_on_the_context_of_its_caller(Vertx vertx, VertxTestContext test)
            throws Exception {
        RowStore store = open();
        CountDownLatch done = test.checkpoint().asLatch(20);
        Loops loops = Loops.of(vertx);
        for (int i = 0; i < 20; i++) {
            Context own = i % 2 == 0 ? loops.one() : loops.other();
            own.runOnContext(any -> store.change(7, ReadSet.of(COUNT), RowStoreContract::increment)
                    .onComplete(test.succeeding(count -> test.verify(() -> {
                        assertThat(Vertx.currentContext()).isSameAs(own);
                        done.countDown();
                    }))));
        }
    }

    @Test
    void writes_that_depend_on_nothing_are_one_call_and_the_rows_of_many_lanes_a_few() throws Exception {
        RedisStore redis = REDIS.open();
        RowStore store = new RedisRowStore(redis);
        long before = redis.calls();
        ready(store.write(7, WriteSet.of(ROW, "1")));
        assertThat(redis.calls() - before).isEqualTo(1);
        ready(store.read(IntStream.range(0, 256).boxed().toList(), ReadSet.of(ROW)));
        assertThat(redis.calls() - before).isEqualTo(1 + 4);
    }

    /** Each key of a call is of one lane, so that a Redis Cluster finds them in one place. */
    @Test
    void keys_have_the_lane_as_their_hash_tag() throws Exception {
        write(open(), WriteSet.of(ROW, "1").put(new Partition("p", "ann").row("k"), "2"));
        assertThat(REDIS.keys("*")).containsExactlyInAnyOrder("pc:{7}:t:k", "pc:{7}:p:ann");
        assertThat(REDIS.ask("TTL", "pc:{7}:p:ann")).isEqualTo("-1");
    }

    @Test
    void row_that_is_put_for_a_time_expires_and_a_partition_with_the_last_of_its_rows() throws Exception {
        RowStore store = open();
        Partition list = new Partition("p", "ann");
        write(store, WriteSet.NONE.putFor(ROW, "1", 60_000).putFor(list.row("a"), "1", 60_000));
        write(
                store,
                WriteSet.NONE
                        .putFor(ROW, "2", 30_000)
                        .putFor(list.row("b"), "2", 30_000)
                        .putFor(list.row("c"), "2", 20_000));
        assertThat(millisLeft("pc:{7}:t:k")).isBetween(1L, 30_000L);
        assertThat(millisLeft("pc:{7}:p:ann")).isBetween(30_001L, 60_000L);
        write(store, WriteSet.NONE.putFor(list.row("a"), "3", 90_000));
        assertThat(millisLeft("pc:{7}:p:ann")).isBetween(60_001L, 90_000L);
        write(store, WriteSet.of(ROW, "4"));
        assertThat(millisLeft("pc:{7}:t:k")).isEqualTo(-1);
    }

    private static long millisLeft(String key) {
        return Long.parseLong(REDIS.ask("PTTL", key));
    }

    @Test
    void partition_without_rows_leaves_no_key() throws Exception {
        RowStore store = open();
        RowKey row = new Partition("p", "ann").row("k");
        write(store, WriteSet.of(row, "1"));
        write(store, WriteSet.NONE.remove(row));
        assertThat(REDIS.keys("*")).isEmpty();
    }
}
