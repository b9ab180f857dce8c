package dev.portcullis.ratelimit.ban;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import dev.portcullis.http.AddressRange;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.ban.Ban.Origin;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.MemoryRowStore;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import dev.portcullis.streams.cutoff.CutoffBody;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.Checkpoint;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class BanServiceTest {
    private static final long NOON = 1_795_132_800_000L;
    private static final UserId ANN = new UserId("ann");
    private static final BanTarget OF_ANN = new BanTarget.OfUser(ANN);
    private static final Question<BanService.Hint, BanService.Hint> ANY_OF_THE_EDGE =
            new Question<>(Stage.EDGE, "any", BanService.Hint.class, BanService.Hint.class, any -> 0);
    private static final BanTarget ADDRESS =
            new BanTarget.OfAddresses(AddressRange.parse("203.0.113.7").orElseThrow());

    @TempDir
    Path folder;

    private final AtomicLong clock = new AtomicLong(NOON);
    private final RecordedEvents events = new RecordedEvents();
    private EmbeddedStore disk;
    private final BanStore store = new BanStore(new MemoryRowStore(clock::get), () -> 10);
    private StallingStreams streams;
    private BanService service;
    private Bus bus;
    private Bans bans;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        disk = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = new StallingStreams(await(EmbeddedStreamStore.open(disk, clock::get)));
        service = BanFixture.service(
                bus, store, streams, events, BanFixture.config("{\"allowed\": {\"users\": [\"bot\"]}}"), clock::get);
        await(service.answer(0));
        await(bus.answer(ANY_OF_THE_EDGE, 0, Future::succeededFuture)); // this node runs an edge
        bans = new Bans(bus, clock::get);
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @Test
    void banned_user_is_stored_cut_off_and_recorded_before_the_answer() throws Exception {
        Ban ban = ban(OF_ANN, Origin.OPERATOR);

        assertThat(await(bans.add(ban))).contains(ban);

        assertThat(kept()).containsExactly(ban);
        assertThat(cutoffs()).containsExactly(new UserCutOff(ANN, NOON, UserCutOff.Cause.BANNED));
        assertThat(events.all())
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event", "ws.ban")
                        .containsEntry("userId", "ann")
                        .containsEntry("reason", "test")
                        .containsEntry("detail", "operator"));
    }

    @Test
    void banned_address_is_stored_and_recorded_and_the_edge_gets_a_hint(Checkpoint hinted) throws Exception {
        await(bus.subscribe(BanService.NOTICE, 0, hint -> hinted.flag()));

        assertThat(await(bans.add(ban(ADDRESS, Origin.RULE)))).isPresent();

        assertThat(kept()).hasSize(1);
        assertThat(events.all())
                .singleElement()
                .satisfies(event ->
                        assertThat(event).containsEntry("ip", "203.0.113.7").containsEntry("detail", "rule"));
    }

    @Test
    void ban_that_no_rule_may_decide_is_nowhere() throws Exception {
        assertThat(await(service.add(ban(new BanTarget.OfUser(new UserId("bot")), Origin.RULE))))
                .isEmpty();

        assertThat(kept()).isEmpty();
        assertThat(events.all()).isEmpty();
    }

    @Test
    void rule_that_finds_an_operators_ban_changes_and_records_nothing() throws Exception {
        Ban operator = ban(OF_ANN, Origin.OPERATOR);
        await(bans.add(operator));

        assertThat(await(service.add(ban(OF_ANN, Origin.RULE)))).contains(operator);

        assertThat(events.all()).hasSize(1);
        assertThat(cutoffs()).hasSize(1);
    }

    @Test
    void ban_is_answered_and_recorded_once_its_cut_off_is_stored() throws Exception {
        streams.holdAppends(append -> append.stream().equals(cutoffStream()));
        Future<Optional<Ban>> answer = bans.add(ban(OF_ANN, Origin.OPERATOR));
        assertThat(Await.until(() -> streams.waiting() == 1)).isTrue();
        assertThat(answer.isComplete()).isFalse();
        assertThat(events.all()).isEmpty();

        streams.release();

        assertThat(await(answer)).isPresent();
        assertThat(events.all()).hasSize(1);
    }

    @Test
    void ban_whose_cut_off_is_not_stored_fails() {
        streams.holdAppends(append -> append.stream().equals(cutoffStream()));
        Future<Optional<Ban>> answer = bans.add(ban(OF_ANN, Origin.OPERATOR));
        assertThat(Await.until(() -> streams.waiting() == 1)).isTrue();

        disk.close();
        streams.release();

        assertThatThrownBy(() -> await(answer)).isInstanceOf(BusFailure.class);
        assertThat(events.all()).isEmpty();
    }

    @Test
    void lifted_ban_is_gone_and_the_edge_gets_a_hint(VertxTestContext context) throws Exception {
        await(store.add(ban(ADDRESS, Origin.OPERATOR)));
        Checkpoint hinted = context.laxCheckpoint();
        await(bus.subscribe(BanService.NOTICE, 0, hint -> hinted.flag()));

        assertThat(await(bans.lift(ADDRESS))).isTrue();
        hinted.await(Duration.ofSeconds(30));
        assertThat(await(bans.lift(ADDRESS))).isFalse();
        assertThat(kept()).isEmpty();
    }

    /** The question waits at a stopped node, while another instance lifts the ban and adds it again. */
    @Test
    void lift_that_comes_after_its_answer_was_due_leaves_a_ban_that_was_added_meanwhile() throws Exception {
        Bans slow = new Bans(bus, () -> clock.get() - bus.deadlineMs() - 1);
        await(bans.add(ban(OF_ANN, Origin.OPERATOR)));

        assertThatThrownBy(() -> await(slow.lift(OF_ANN))).isInstanceOf(BusFailure.class);

        assertThat(kept()).containsExactly(ban(OF_ANN, Origin.OPERATOR));
        Bans inTime = new Bans(bus, () -> clock.get() - bus.deadlineMs());
        assertThat(await(inTime.lift(OF_ANN))).isTrue();
    }

    @Test
    void lost_bans_are_kept_again_and_the_edge_gets_a_hint(Checkpoint hinted) throws Exception {
        await(bus.subscribe(BanService.NOTICE, 0, hint -> hinted.flag()));

        assertThat(await(bans.restore(List.of(ban(ADDRESS, Origin.RULE), ban(OF_ANN, Origin.OPERATOR)))))
                .isEqualTo(2);

        assertThat(kept()).hasSize(2);
    }

    @Test
    void operator_is_told_all_bans_that_are_in_force_in_parts() throws Exception {
        Ban ann = ban(OF_ANN, Origin.OPERATOR);
        Ban address = ban(ADDRESS, Origin.OPERATOR);
        await(bans.add(ann));
        await(bans.add(address));
        assertThat(await(bans.inForce())).containsExactlyInAnyOrder(ann, address);
        await(bans.lift(OF_ANN));
        assertThat(await(bans.inForce())).containsExactly(address);
    }

    private List<Ban> kept() throws Exception {
        return await(BanSnapshot.read(store));
    }

    private List<Object> cutoffs() throws Exception {
        return await(streams.after(cutoffStream(), 0, new Bounds(100, 1 << 20))).entries().stream()
                .flatMap(entry -> CutoffBody.decode(entry.body()).stream())
                .map(Object.class::cast)
                .toList();
    }

    private static StreamName cutoffStream() {
        return StreamName.cutoffs(StreamName.inbox(ANN).lane());
    }

    private static Ban ban(BanTarget target, Origin origin) {
        return new Ban(target, origin, "test", NOON + 60_000, NOON);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
