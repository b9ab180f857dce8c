package dev.portcullis.ratelimit;

import static dev.portcullis.protocol.Rejection.Scope.IP;
import static dev.portcullis.protocol.Rejection.Scope.USER;
import static dev.portcullis.protocol.Rejection.Window.BURST;
import static dev.portcullis.protocol.Rejection.Window.BYTES;
import static dev.portcullis.protocol.Rejection.Window.MINUTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.config.Live;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Penalty;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanFixture;
import dev.portcullis.ratelimit.ban.BanService;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.ratelimit.login.LoginFixture;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowRange;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.nio.file.Path;
import java.util.ArrayList;
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
class RateLimitVerticleTest {
    private static final String ALL_OPEN = """
            "failOpen": ["user.burst", "user.minute", "user.hour", "user.bytes", "handshakes.minute"]
            """;

    private final AtomicLong clock = new AtomicLong(LimitFixture.NOON);
    private final LimitRecord record = new LimitRecord(clock::get);

    @TempDir
    Path folder;

    private EmbeddedStore disk;
    private Vertx vertx;
    private Bus bus;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        bus = bus(vertx, 30_000);
        disk = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
    }

    @AfterEach
    void close() {
        disk.close();
    }

    private static Bus bus(Vertx vertx, long deadlineMs) {
        return new Bus(vertx, "n1", new BusConfig(deadlineMs, 1_000));
    }

    @Test
    void two_instances_share_their_counts(VertxTestContext context) throws Exception {
        RateLimiter limiter = deployed("{}", 2);
        List<Future<Verdict>> requests = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            requests.add(limiter.admit(sender("ada"), FrameType.CHAT, 1, LimitFixture.unreported(100)));
            requests.add(limiter.admit(sender("bob"), FrameType.CHAT, 1, LimitFixture.unreported(100)));
        }

        Future.all(requests)
                .compose(all -> {
                    context.verify(() -> assertThat(all.<Verdict>list().stream().filter(LimitFixture::isGranted))
                            .hasSize(20));
                    return limiter.admit(sender("ada"), FrameType.CHAT, 1, LimitFixture.unreported(100));
                })
                .onComplete(context.succeeding(next -> {
                    assertThat(next).isEqualTo(LimitFixture.limited(USER, BURST, 2_000));
                    context.completeNow();
                }));
    }

    @Test
    void address_over_the_limit_of_its_network_is_refused() throws Exception {
        RateLimiter limiter = deployed("{\"handshakes\": {\"minute\": 1, \"wideFactor\": 2}}", 2);

        assertThat(admitAddress(limiter, "a", "w")).isEqualTo(Verdict.GRANTED);
        assertThat(admitAddress(limiter, "a", "w")).isEqualTo(LimitFixture.limited(IP, MINUTE, 60_000));
        assertThat(admitAddress(limiter, "b", "w")).isEqualTo(Verdict.GRANTED);
        assertThat(admitAddress(limiter, "c", "w")).isEqualTo(LimitFixture.limited(IP, MINUTE, 60_000));
    }

    @Test
    void limits_that_sessions_are_told_follow_a_reload() {
        Live.Source<RateLimitConfig> config = new Live.Source<>(LimitFixture.config("{}"));
        RateLimiter limiter = new RateLimiter(bus, config, record.observed());
        assertThat(limiter.effective(Role.MEMBER).burst()).isEqualTo(10);
        assertThat(limiter.effective(Role.ADMIN).burst()).isEqualTo(100);
        config.swap(LimitFixture.config("{\"user\": {\"burst\": 5}}"));
        assertThat(limiter.effective(Role.MEMBER).burst()).isEqualTo(5);
        assertThat(limiter.effective(Role.ADMIN).burst()).isEqualTo(50);
    }

    @Test
    void switched_off_limiter_grants_at_once_and_still_reports_limits() throws Exception {
        RateLimiter limiter = limiter(LimitFixture.config("{\"enabled\": false}"));

        assertThat(chat(limiter)).isEqualTo(Verdict.GRANTED);
        assertThat(admitAddress(limiter, "a")).isEqualTo(Verdict.GRANTED);
        assertThat(limiter.effective(Role.MEMBER).minute()).isEqualTo(60);
    }

    @Test
    void small_frames_that_only_their_connection_counts_are_granted_without_a_request() throws Exception {
        RateLimiter limiter = limiter(LimitFixture.config("{}"));

        for (FrameType type : List.of(FrameType.PING, FrameType.LEAVE, FrameType.ACK, FrameType.HEALTH_CHECK)) {
            assertThat(limiter.admit(sender("ada"), type, 1, LimitFixture.unreported(20))
                            .await(30, TimeUnit.SECONDS))
                    .isEqualTo(Verdict.GRANTED);
        }
    }

    @Test
    void bytes_of_pings_are_reported_once_there_are_many_and_limit_the_user() throws Exception {
        RateLimiter limiter = deployed("{\"user\": {\"bytes\": 65536}}", 1);
        UnreportedBytes first = LimitFixture.unreported(60_000);
        assertThat(ping(limiter, first)).isEqualTo(Verdict.GRANTED);
        UnreportedBytes second = LimitFixture.unreported(8_192);

        assertThat(ping(limiter, second)).isEqualTo(LimitFixture.blocking(USER, BYTES, 60_000));
        second.add(20);
        assertThat(ping(limiter, second))
                .as("few bytes are reported while the user exceeds the limit")
                .isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
        clock.addAndGet(60_000);
        second.add(20);
        assertThat(ping(limiter, second)).isEqualTo(Verdict.GRANTED);
        second.add(20);
        assertThat(second.due()).isFalse();
    }

    @Test
    void connection_that_ends_reports_its_unreported_bytes() throws Exception {
        RateLimiter limiter = deployed("{\"user\": {\"bytes\": 65536}}", 1);
        for (int connection = 0; connection < 9; connection++) {
            limiter.reportLast(sender("ada"), LimitFixture.unreported(8_000));
        }

        assertThat(chat(limiter)).isEqualTo(LimitFixture.limited(USER, BYTES, 60_000));
    }

    @Test
    void user_is_banned_with_the_block_that_is_one_too_many() throws Exception {
        RateLimiter limiter = deployed("""
                {"user": {"burst": 1}, "blocks": {"maxMs": 1000, "banAfter": 2, "banMs": 7000}}
                """, 1);
        violate(limiter);
        assertThat(record.bans()).isEmpty();

        violate(limiter);

        long at = clock.get() - 1_000;
        assertThat(record.bans())
                .containsExactly(new Ban(
                        new BanTarget.OfUser(new UserId("ada")),
                        Ban.Origin.RULE,
                        "2 blocks of limits",
                        at + 7_000,
                        at));
    }

    @Test
    void blocks_of_connections_ban_their_user_and_no_other() throws Exception {
        RateLimiter limiter = deployed("{\"blocks\": {\"banAfter\": 3}}", 1);
        Limited begins = new Limited(Rejection.Scope.CONNECTION, MINUTE, 60_000, Optional.of(Penalty.BLOCK));
        Limited during = new Limited(Rejection.Scope.CONNECTION, MINUTE, 60_000, Optional.empty());
        for (int i = 0; i < 10; i++) {
            limiter.report(sender("bob"), during, LimitFixture.unreported(20));
        }
        limiter.report(sender("bob"), begins, LimitFixture.unreported(20));
        for (int connection = 0; connection < 3; connection++) {
            limiter.report(sender("ada"), begins, LimitFixture.unreported(20));
        }

        assertThat(Await.until(() -> record.bans().size() == 1)).isTrue();
        assertThat(record.bans().get(0).target()).isEqualTo(new BanTarget.OfUser(new UserId("ada")));
    }

    @Test
    void ban_that_fails_leaves_the_refusal_as_it_is() throws Exception {
        RateLimitConfig config = LimitFixture.config("{\"user\": {\"burst\": 1}, \"blocks\": {\"banAfter\": 1}}");
        RateLimiter limiter = deployed(
                config,
                new RateLimitVerticle.PenaltySinks(
                        record.observed(),
                        new BlockBans(ban -> Future.failedFuture("no store"), Live.fixed(config), clock::get)),
                1);
        chat(limiter);

        assertThat(LimitFixture.limitOf(chat(limiter)).orElseThrow().penalty()).contains(Penalty.BAN);
    }

    @Test
    void limit_that_observes_counts_and_logs_and_refuses_nothing() throws Exception {
        RateLimiter limiter = deployed("""
                {"user": {"burst": 1}, "handshakes": {"minute": 1},
                 "modes": {"user.burst": "observe", "handshakes.minute": "observe"}}
                """, 1);
        for (int i = 0; i < 5; i++) {
            assertThat(chat(limiter)).isEqualTo(Verdict.GRANTED);
            assertThat(admitAddress(limiter, "192.0.2.1")).isEqualTo(Verdict.GRANTED);
        }
        limiter.observed(sender("ada"));

        assertThat(record.observed("user.burst")).isEqualTo(4);
        assertThat(record.observed("handshakes.minute")).isEqualTo(4);
        assertThat(record.observed("connection.minute")).isEqualTo(1);
        assertThat(record.events())
                .as("one line for each limit and source")
                .hasSize(3)
                .allSatisfy(event ->
                        assertThat(event).containsEntry("event", "ws.ratelimit").containsEntry("reason", "observed"))
                .anySatisfy(event ->
                        assertThat(event).containsEntry("detail", "user.burst").containsEntry("userId", "ada"))
                .anySatisfy(event -> assertThat(event)
                        .containsEntry("detail", "handshakes.minute")
                        .containsEntry("ip", "192.0.2.1"));
    }

    @Test
    void limits_that_observe_grant_without_the_stage() throws Exception {
        RateLimiter limiter = limiter(LimitFixture.config("{\"mode\": \"observe\"}"));

        assertThat(chat(limiter)).isEqualTo(Verdict.GRANTED);
        assertThat(admitAddress(limiter, "a")).isEqualTo(Verdict.GRANTED);
    }

    @Test
    void without_the_stage_the_request_fails() {
        RateLimiter limiter = limiter(LimitFixture.config("{\"failOpen\": [\"user.burst\", \"user.hour\"]}"));

        assertThatThrownBy(() -> chat(limiter))
                .isInstanceOfSatisfying(
                        BusFailure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.NO_INSTANCE));
        assertThatThrownBy(() -> admitAddress(limiter, "a")).isInstanceOf(BusFailure.class);
    }

    @Test
    void without_the_stage_open_limits_grant() throws Exception {
        RateLimiter limiter = limiter(LimitFixture.config("{" + ALL_OPEN + "}"));

        assertThat(chat(limiter)).isEqualTo(Verdict.GRANTED);
        assertThat(admitAddress(limiter, "a")).isEqualTo(Verdict.GRANTED);
        assertThatThrownBy(() -> limiter.admit(sender("ada"), FrameType.JOIN, 1, LimitFixture.unreported(100))
                        .await(30, TimeUnit.SECONDS))
                .isInstanceOf(BusFailure.class);
    }

    @Test
    void stage_that_does_not_answer_in_time_counts_as_unavailable() throws Exception {
        Vertx another = Vertx.vertx();
        try {
            expectTimeout(bus(another, 1_000));
        } finally {
            another.close().await(30, TimeUnit.SECONDS);
        }
    }

    private void expectTimeout(Bus shortDeadlineBus) throws Exception {
        shortDeadlineBus
                .answer(
                        RateLimiter.ADMIT,
                        0,
                        attempt -> Promise.<Verdict>promise().future())
                .await(30, TimeUnit.SECONDS);

        assertThat(chat(new RateLimiter(
                        shortDeadlineBus, Live.fixed(LimitFixture.config("{" + ALL_OPEN + "}")), record.observed())))
                .isEqualTo(Verdict.GRANTED);
        assertThatThrownBy(() -> chat(
                        new RateLimiter(shortDeadlineBus, Live.fixed(LimitFixture.config("{}")), record.observed())))
                .isInstanceOfSatisfying(
                        BusFailure.class, failure -> assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT));
    }

    @Test
    void bug_in_the_stage_does_not_count_as_an_outage() throws Exception {
        bus.answer(RateLimiter.ADMIT, 0, attempt -> Future.<Verdict>failedFuture(new IllegalStateException()))
                .await(30, TimeUnit.SECONDS);

        assertThatThrownBy(() -> chat(limiter(LimitFixture.config("{" + ALL_OPEN + "}"))))
                .isInstanceOf(BusFailure.class);
    }

    @Test
    void full_store_refuses_as_unavailable_where_limits_are_closed() throws Exception {
        RateLimiter closed = deployed("{\"tracking\": {\"users\": 1}}", 1);
        chat(closed);

        assertThat(closed.admit(sender("bob"), FrameType.CHAT, 1, LimitFixture.unreported(100))
                        .await(30, TimeUnit.SECONDS))
                .isEqualTo(Verdict.refused(Rejection.unavailable()));
    }

    @Test
    void full_store_grants_where_limits_are_open() throws Exception {
        RateLimiter open = deployed("{\"tracking\": {\"users\": 1}, " + ALL_OPEN + "}", 1);
        chat(open);

        assertThat(open.admit(sender("bob"), FrameType.CHAT, 1, LimitFixture.unreported(100))
                        .await(30, TimeUnit.SECONDS))
                .isEqualTo(Verdict.GRANTED);
    }

    @Test
    void first_instance_sweeps_expired_blocks(VertxTestContext context) throws Exception {
        RateLimiter limiter = deployed("{\"user\": {\"burst\": 1}, \"tracking\": {\"sweepMs\": 100}}", 2);
        chat(limiter);
        chat(limiter);
        assertThat(blocksOnDisk()).isEqualTo(1);
        clock.addAndGet(700_000);

        vertx.setPeriodic(
                20,
                timer -> blocksOnDiskLater().onSuccess(rows -> {
                    if (rows == 0) {
                        context.completeNow();
                    }
                }));
    }

    private void violate(RateLimiter limiter) throws Exception {
        chat(limiter);
        clock.addAndGet(LimitFixture.limitOf(chat(limiter)).orElseThrow().retryAfterMs());
    }

    private RateLimiter deployed(String json, int instances) throws Exception {
        RateLimitConfig config = LimitFixture.config(json);
        return deployed(config, record.sinks(Live.fixed(config)), instances);
    }

    private RateLimiter deployed(RateLimitConfig config, RateLimitVerticle.PenaltySinks sinks, int instances)
            throws Exception {
        CounterStore store =
                EmbeddedCounterStore.open(disk, Live.fixed(config), clock::get).await(30, TimeUnit.SECONDS);
        BanService bans = BanFixture.service(bus, disk, clock::get);
        for (int instance = 0; instance < instances; instance++) {
            vertx.deployVerticle(new RateLimitVerticle(
                            instance,
                            bus,
                            store,
                            LoginFixture.counters(clock::get),
                            LoginFixture.defences(clock::get),
                            bans,
                            Live.fixed(config),
                            sinks))
                    .await(30, TimeUnit.SECONDS);
        }
        return limiter(config);
    }

    private RateLimiter limiter(RateLimitConfig config) {
        return new RateLimiter(bus, Live.fixed(config), record.observed());
    }

    private int blocksOnDisk() throws Exception {
        return blocksOnDiskLater().await(30, TimeUnit.SECONDS);
    }

    private Future<Integer> blocksOnDiskLater() {
        RowRange all = BlockRows.ROWS.first(Integer.MAX_VALUE);
        return new EmbeddedRowStore(disk, clock::get)
                .read(BlockRows.LANE, ReadSet.of(all))
                .map(found -> found.get(all).size());
    }

    private static Verdict chat(RateLimiter limiter) throws Exception {
        return limiter.admit(sender("ada"), FrameType.CHAT, 1, LimitFixture.unreported(100))
                .await(30, TimeUnit.SECONDS);
    }

    private static Verdict ping(RateLimiter limiter, UnreportedBytes bytes) throws Exception {
        return limiter.admit(sender("ada"), FrameType.PING, 1, bytes).await(30, TimeUnit.SECONDS);
    }

    private static Verdict admitAddress(RateLimiter limiter, String... keys) throws Exception {
        return limiter.admitAddress(List.of(keys)).await(30, TimeUnit.SECONDS);
    }

    private static Sender sender(String user) {
        return new Sender(new UserId(user), Optional.empty(), Role.MEMBER, List.of(), "s-" + user);
    }
}
