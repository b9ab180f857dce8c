package dev.portcullis.ratelimit;

import static dev.portcullis.protocol.FrameType.CHAT;
import static dev.portcullis.protocol.FrameType.READ;
import static dev.portcullis.protocol.Rejection.Scope.USER;
import static dev.portcullis.protocol.Rejection.Window.BURST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.config.Live;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.BlockRows.BlockRow;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowRange;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows.Row;
import dev.portcullis.store.rows.WriteSet;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedCounterStoreTest extends CounterStoreContract {
    private static final StoreConfig CONFIG =
            new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 20_000);

    @TempDir
    Path folder;

    private Optional<EmbeddedStore> disk = Optional.empty();

    @Override
    CounterStore open(Live<RateLimitConfig> config, LongSupplier millis) throws Exception {
        close();
        EmbeddedStore opened = EmbeddedStore.open(folder, CONFIG);
        disk = Optional.of(opened);
        return EmbeddedCounterStore.open(opened, config, millis).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() {
        disk.ifPresent(EmbeddedStore::close);
        disk = Optional.empty();
    }

    @Test
    void violation_is_refused_without_the_disk() throws Exception {
        CounterStore store = open("{}");
        fill(store, "ada", 10);
        close();

        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void user_beyond_the_bound_is_not_counted() throws Exception {
        CounterStore store = open("{\"tracking\": {\"users\": 1}}");
        fill(store, "ada", 1);

        assertThatThrownBy(() -> admit(store, "bob", CHAT)).isInstanceOf(StoreFailure.class);
        fill(store, "ada", 9);
        assertThat(admit(store, "ada", CHAT)).isEqualTo(LimitFixture.blocking(USER, BURST, 2_000));
    }

    @Test
    void user_with_nothing_counted_is_evicted_and_a_blocked_one_is_not() throws Exception {
        CounterStore store = open("{\"tracking\": {\"users\": 1}}");
        fill(store, "ada", 1);
        clock.addAndGet(3_600_000);
        fill(store, "bob", 10);
        admit(store, "bob", CHAT);

        assertThatThrownBy(() -> admit(store, "eve", CHAT)).isInstanceOf(StoreFailure.class);
        assertThat(admit(store, "bob", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void user_with_a_remembered_block_is_not_evicted() throws Exception {
        CounterStore store = open("""
                {"actions": {"read": 1}, "tracking": {"users": 1}, "blocks": {"banAfter": 0}}
                """);
        admit(store, "ada", READ);
        admit(store, "ada", READ);

        clock.addAndGet(60_000 + 599_999);
        assertThatThrownBy(() -> admit(store, "bob", READ)).isInstanceOf(StoreFailure.class);
        clock.addAndGet(1);
        assertThat(admit(store, "bob", READ)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void user_with_a_block_that_counts_towards_a_ban_is_not_evicted() throws Exception {
        CounterStore store = open("{\"actions\": {\"read\": 1}, \"tracking\": {\"users\": 1}}");
        LimitFixture.await(store.admit(LimitFixture.reportBlock("ada", 20)));

        clock.addAndGet(3_599_999);
        store.sweep().await(30, TimeUnit.SECONDS);
        assertThatThrownBy(() -> admit(store, "bob", READ)).isInstanceOf(StoreFailure.class);
        clock.addAndGet(1);
        assertThat(admit(store, "bob", READ)).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void addresses_beyond_the_bound_are_counted_instead_of_those_used_longest_ago() throws Exception {
        CounterStore store = open("{\"tracking\": {\"addresses\": 3}}");
        for (int i = 0; i < 80; i++) {
            admitAddress(store, "2001:db8:0:" + i + "::/64", "2001:db8::/48");
        }

        assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(Verdict.GRANTED);
        assertThat(admitAddress(store, "2001:db8:0:99::/64", "2001:db8::/48"))
                .as("the wide network is not forgotten")
                .isNotEqualTo(Verdict.GRANTED);
    }

    @Test
    void client_rotating_through_a_network_uses_no_more_entries_than_its_limit() throws Exception {
        CounterStore store = open("{\"tracking\": {\"addresses\": 82}}");
        for (int i = 0; i < 1_000; i++) {
            admitAddress(store, "2001:db8:0:" + i + "::/64", "2001:db8::/48");
        }

        assertThat(admitAddress(store, "192.0.2.1")).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void block_restored_beyond_the_bound_is_active() throws Exception {
        CounterStore store = open("{}");
        for (String user : new String[] {"ada", "bob"}) {
            fill(store, user, 10);
            admit(store, user, CHAT);
        }

        CounterStore smaller = open("{\"tracking\": {\"users\": 1}}");

        assertThat(admit(smaller, "ada", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
        assertThat(admit(smaller, "bob", CHAT)).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    @Test
    void sweep_deletes_all_expired_blocks_and_keeps_a_new_one() throws Exception {
        CounterStore store = open("{\"user\": {\"burst\": 1}}");
        for (int i = 0; i < 2_500; i++) {
            violate(store, "user" + i);
        }
        clock.addAndGet(602_000);
        violate(store, "user7");
        assertThat(rows()).hasSize(2_501);

        store.sweep().await(30, TimeUnit.SECONDS);
        assertThat(rows()).hasSize(1);
    }

    @Test
    void sweep_goes_on_after_the_clock_was_set_back() throws Exception {
        CounterStore store = open("{\"user\": {\"burst\": 1}}");
        clock.addAndGet(3_600_000);
        store.sweep().await(30, TimeUnit.SECONDS);
        clock.addAndGet(-3_600_000);
        violate(store, "ada");
        store.sweep().await(30, TimeUnit.SECONDS);
        assertThat(rows()).as("still needed").hasSize(1);

        clock.addAndGet(602_000);
        store.sweep().await(30, TimeUnit.SECONDS);
        assertThat(rows()).isEmpty();
    }

    /** A scan also passes deleted rows, which takes long in a large table. */
    @Test
    void sweep_runs_while_all_reader_threads_are_busy() throws Exception {
        CounterStore store = open("{\"user\": {\"burst\": 1}}");
        violate(store, "ada");
        clock.addAndGet(602_000);
        CountDownLatch joining = new CountDownLatch(1);
        List<Future<?>> joins = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            joins.add(disk.orElseThrow().read(reader -> {
                awaitLatch(joining);
                return true;
            }));
        }
        try {
            store.sweep().await(30, TimeUnit.SECONDS);
        } finally {
            joining.countDown();
        }
        Future.all(joins).await(30, TimeUnit.SECONDS);
        assertThat(rows()).isEmpty();
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void block_written_while_its_predecessor_is_swept_stays() throws Exception {
        CounterStore store = open("{\"user\": {\"burst\": 1}}");
        for (int i = 0; i < 300; i++) {
            violate(store, "user" + i);
        }
        clock.addAndGet(602_000);
        for (int i = 0; i < 300; i++) {
            fill(store, "user" + i, 1);
        }

        List<Future<?>> both = new ArrayList<>(List.of(store.sweep()));
        for (int i = 0; i < 300; i++) {
            both.add(store.admit(LimitFixture.attempt("user" + i, CHAT)));
        }
        Future.all(both).await(30, TimeUnit.SECONDS);

        assertThat(rows()).hasSize(300);
    }

    @Test
    void block_in_the_format_of_a_later_version_fails_the_start() throws Exception {
        open("{}");
        write("9", "{\"later\": 9}");

        assertThatThrownBy(() -> open("{}")).isInstanceOf(StoreFailure.class);
    }

    @Test
    void block_of_an_unknown_action_is_skipped() throws Exception {
        violate(open("{\"user\": {\"burst\": 1}}"), "ada");
        RowForm<BlockRow> form = RowForm.of(BlockRow.class);
        BlockRow row = form.decode(rows().get(0).value());
        write("9", form.encode(new BlockRow(row.user(), Optional.of("wave"), row.block())));

        assertThat(admit(open("{\"user\": {\"burst\": 1}}"), "ada", CHAT))
                .isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
    }

    private static void violate(CounterStore store, String user) throws Exception {
        fill(store, user, 1);
        assertThat(LimitFixture.limitOf(admit(store, user, CHAT))).isPresent();
    }

    private void write(String key, String value) throws Exception {
        table().write(BlockRows.LANE, WriteSet.of(BlockRows.ROWS.row(key), value))
                .await(30, TimeUnit.SECONDS);
    }

    private List<Row> rows() throws Exception {
        RowRange all = BlockRows.ROWS.first(Integer.MAX_VALUE);
        return table().read(BlockRows.LANE, ReadSet.of(all))
                .await(30, TimeUnit.SECONDS)
                .get(all);
    }

    private RowStore table() {
        return new EmbeddedRowStore(disk.orElseThrow(), clock::get);
    }
}
