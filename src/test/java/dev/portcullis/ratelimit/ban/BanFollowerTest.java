package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.Live;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class BanFollowerTest {
    private static final long NOON = 1_795_132_800_000L;
    private static final UserId ANN = new UserId("ann");
    private static final Ban OF_ANN = new Ban(new BanTarget.OfUser(ANN), Origin.OPERATOR, "spam", NOON + 60_000, NOON);

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(NOON);
    private final Live.Source<BansConfig> config = new Live.Source<>(BanFixture.config("{\"intervalMs\": 50}"));
    private final List<Ban> announced = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private EmbeddedStore disk;
    private final MemoryRowStore rows = new MemoryRowStore(clock::get);
    private final SwitchedRows switched = new SwitchedRows(rows);
    private final BanStore store = new BanStore(switched, () -> 1_000);
    private Bans bans;
    private BanFollower follower;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        Bus bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        disk = disk("one");
        bans = new Bans(bus, clock::get);
        BanService service =
                BanFixture.service(bus, store, await(EmbeddedStreamStore.open(disk, clock::get)), clock::get);
        await(service.answer(0));
        follower = new BanFollower(vertx, store, bans, config, clock::get);
        follower.subscribe(announced::addAll);
    }

    @AfterEach
    void close() {
        disk.close();
    }

    private EmbeddedStore disk(String name) throws Exception {
        return EmbeddedStore.open(
                Files.createDirectory(folder.resolve(name)),
                new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @Test
    void follower_that_has_started_knows_the_bans_of_store_and_configuration() throws Exception {
        await(store.add(OF_ANN));
        config.swap(BanFixture.config("{\"users\": [\"eve\"], \"ranges\": [\"203.0.113.0/24\"]}"));

        await(follower.begin());

        assertThat(follower.ofUser(ANN)).contains(OF_ANN);
        assertThat(follower.ofUser(new UserId("eve"))).map(Ban::origin).contains(Origin.CONFIGURATION);
        assertThat(ofAddress("203.0.113.9")).map(Ban::origin).contains(Origin.CONFIGURATION);
        assertThat(announced).hasSize(3);
    }

    @Test
    void follower_starts_only_once_the_store_has_answered() throws Exception {
        switched.away();
        Future<Void> started = follower.begin();
        Await.pass(Duration.ofMillis(200));
        assertThat(started.isComplete()).isFalse();

        switched.to(rows);

        await(started);
    }

    @Test
    void new_ban_is_announced_once_and_ends_by_itself() throws Exception {
        await(follower.begin());

        await(bans.add(OF_ANN));

        assertThat(Await.until(() -> follower.ofUser(ANN).isPresent())).isTrue();
        await(bans.add(new Ban(address("198.51.100.7"), Origin.RULE, "x", NOON + 60_000, NOON)));
        assertThat(Await.until(() -> announced.size() == 2)).isTrue();
        assertThat(announced).first().isEqualTo(OF_ANN);
        clock.addAndGet(60_000);
        assertThat(follower.ofUser(ANN)).isEmpty();
        assertThat(ofAddress("198.51.100.7")).isEmpty();
    }

    @Test
    void lifted_ban_is_over_once_the_list_was_read_after_it_was_stored() throws Exception {
        await(follower.begin());
        await(bans.add(OF_ANN));
        assertThat(Await.until(() -> follower.ofUser(ANN).isPresent())).isTrue();
        clock.addAndGet(1);
        assertThat(follower.isOver(ANN, NOON)).isFalse();

        await(bans.lift(OF_ANN.target()));

        assertThat(Await.until(() -> follower.ofUser(ANN).isEmpty())).isTrue();
        assertThat(Await.until(() -> follower.isOver(ANN, NOON))).isTrue();
        assertThat(follower.isOver(ANN, clock.get()))
                .as("the list may be older")
                .isFalse();
        assertThat(await(BanSnapshot.read(store))).isEmpty();
    }

    @Test
    void ban_that_has_ended_by_itself_is_over() throws Exception {
        await(follower.begin());
        await(bans.add(OF_ANN));
        assertThat(Await.until(() -> follower.ofUser(ANN).isPresent())).isTrue();

        clock.addAndGet(60_000);

        assertThat(Await.until(() -> follower.isOver(ANN, NOON))).isTrue();
    }

    @Test
    void ban_is_in_force_once_a_clock_that_was_ahead_at_the_start_is_corrected() throws Exception {
        await(store.add(OF_ANN));
        clock.addAndGet(86_400_000);
        await(follower.begin());
        assertThat(follower.ofUser(ANN)).isEmpty();

        clock.set(NOON);

        assertThat(follower.ofUser(ANN)).contains(OF_ANN);
    }

    @Test
    void store_that_does_not_answer_leaves_the_last_bans_in_force() throws Exception {
        await(follower.begin());
        await(bans.add(OF_ANN));
        assertThat(Await.until(() -> follower.ofUser(ANN).isPresent())).isTrue();

        switched.away();
        config.swap(BanFixture.config("{\"users\": [\"eve\"]}"));

        assertThat(Await.until(() -> follower.ofUser(new UserId("eve")).isPresent()))
                .isTrue();
        assertThat(follower.ofUser(ANN)).contains(OF_ANN);
    }

    @Test
    void bans_that_the_store_has_lost_stay_in_force_and_are_stored_again() throws Exception {
        await(follower.begin());
        for (int i = 0; i < 700; i++) { // more than one question may carry
            store.add(new Ban(address("10.0." + i / 250 + "." + i % 250), Origin.OPERATOR, "x", NOON + 60_000, NOON));
        }
        await(bans.add(OF_ANN));
        assertThat(Await.until(() -> announced.size() == 701)).isTrue();

        MemoryRowStore others = new MemoryRowStore(clock::get);
        BanStore empty = new BanStore(others, () -> 1_000);
        await(empty.lift(OF_ANN.target(), Long.MAX_VALUE)); // makes its version another one
        await(empty.add(new Ban(address("203.0.113.7"), Origin.RULE, "x", NOON + 60_000, NOON)));
        switched.to(others);

        assertThat(Await.until(() -> follower.ofUser(ANN).isEmpty())).isTrue();
        assertThat(follower.current().all()).hasSize(701);
        assertThat(await(BanSnapshot.read(empty))).hasSize(701);
        assertThat(announced).hasSize(702);
    }

    @Test
    void allowed_range_is_left_out_of_wider_bans_until_the_configuration_changes() throws Exception {
        config.swap(BanFixture.config("""
                {"ranges": ["203.0.113.0/24"], "allowed": {"ranges": ["203.0.113.7"]}, "intervalMs": 50}
                """));
        await(follower.begin());
        assertThat(ofAddress("203.0.113.7")).isEmpty();
        assertThat(ofAddress("203.0.113.8")).isPresent();
        announced.clear();

        config.swap(BanFixture.config("{\"ranges\": [\"203.0.113.0/24\"]}"));

        assertThat(Await.until(() -> ofAddress("203.0.113.7").isPresent())).isTrue();
        assertThat(Await.until(() -> announced.size() == 1)).isTrue();
    }

    private Optional<Ban> ofAddress(String text) {
        return follower.ofAddress(IpAddress.parse(text).orElseThrow());
    }

    private static BanTarget address(String text) {
        return new BanTarget.OfAddresses(AddressRange.parse(text).orElseThrow());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
