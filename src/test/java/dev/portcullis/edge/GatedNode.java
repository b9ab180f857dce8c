package dev.portcullis.edge;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.archive.SearchPage;
import dev.portcullis.archive.SearchRequest;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditLog;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.auth.AuthVerticle;
import dev.portcullis.auth.account.AccountResponder;
import dev.portcullis.auth.login.HandshakeLimit;
import dev.portcullis.auth.session.EmbeddedSessionStore;
import dev.portcullis.auth.session.RevocationLimits;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenSigner;
import dev.portcullis.auth.token.Tokens;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.BroadcastVerticle;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.Publisher;
import dev.portcullis.broadcast.RoomAppender;
import dev.portcullis.broadcast.SearchResponder;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.direct.DirectResponder;
import dev.portcullis.broadcast.direct.InboxAppender;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Live;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.edge.api.OwnAccountApi.AccountDeletion;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.session.CutoffFollower;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.http.IpAddress;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.EmbeddedCounterStore;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimitVerticle;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanFixture;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.ban.BanStore;
import dev.portcullis.ratelimit.ban.BanTarget;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.ratelimit.login.LoginFixture;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import dev.portcullis.rooms.RoomsFixture;
import dev.portcullis.rooms.RoomsVerticle;
import dev.portcullis.rooms.StallingMembers;
import dev.portcullis.rooms.directory.RoomListStore;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamBars;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.CutoffBody;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.streams.lane.LaneTicker;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.streams.lane.StallingLanes;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * All stages over streams that a test can block, with two event loops for the edge and a node incarnation that the test
 * controls.
 */
public final class GatedNode {
    private static final LongSupplier CLOCK = System::currentTimeMillis;
    private static final int LOOPS = 2;

    final Vertx vertx;
    final ConnectionLimiter connectionLimiter;
    public final StallingStreams streams;
    private final InboxStore inboxes;
    public final NodeIncarnation incarnation;
    public final StallingLanes lanes;
    public final ScriptedSessions sessions;
    private final RevocationStore revocations;
    public final StallingMembers members;
    final BanStore bans;
    private final BanFollower banFollower;
    volatile Standing standing = Standing.UNKNOWN; // of each address
    volatile Future<?> reputation = Future.succeededFuture(); // tells it once this has completed
    /** What the archive finds. */
    public volatile Function<SearchRequest, Future<SearchPage>> search =
            any -> Future.succeededFuture(new SearchPage(List.of(), Optional.empty(), true));

    final AtomicInteger reputationsAsked = new AtomicInteger();
    public final CutoffFollower follower;
    public final AtomicInteger missedBatches = new AtomicInteger();
    final MemoryBudget memory;
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final NodeConfig config;
    private final EmbeddedStore store;
    private final LaneTicker ticker;
    private final Edge edge;
    public final Bus bus;

    public GatedNode(String... sets) throws Exception {
        this(Vertx.vertx(), () -> false, sets);
    }

    /** @param draining called for each handshake, after it was parsed and before it is upgraded */
    GatedNode(Vertx vertx, BooleanSupplier draining, String... sets) throws Exception {
        this.vertx = vertx;
        List<String> all = new ArrayList<>(TestNode.GENEROUS);
        all.addAll(TestNode.HERE);
        all.addAll(List.of(sets));
        config = ConfigFile.load(Path.of("conf/dev.json"), all, Map.of(), NodeConfigReader::read)
                .fold(loaded -> loaded.value(), failed -> {
                    throw new AssertionError(failed.problems().toString());
                });
        bus = new Bus(vertx, "n1", TestNode.patient(config.bus()));
        incarnation = new NodeIncarnation(bus.node());
        store = EmbeddedStore.open(config.store(), (operation, nanos) -> {});
        EmbeddedStreamStore embedded = EmbeddedStreamStore.open(store, CLOCK, CLOCK, Optional.empty(), entries -> {})
                .await(30, TimeUnit.SECONDS);
        inboxes = embedded.inboxes();
        streams = new StallingStreams(embedded);
        lanes = new StallingLanes(embedded.lanes());
        ticker = new LaneTicker(
                vertx.getOrCreateContext(),
                lanes,
                incarnation,
                config.edge().cutoffs().intervalMs(),
                System::nanoTime,
                CLOCK);
        revocations = new RevocationStore(
                new EmbeddedRowStore(store, CLOCK),
                () -> RevocationLimits.of(config.sessions(), config.auth().tokens(), 0));
        sessions = new ScriptedSessions(new EmbeddedSessionStore(
                config.sessions(), store, revocations, embedded, config.inboxes(), Optional.empty(), CLOCK, CLOCK));
        bans = new BanStore(new EmbeddedRowStore(store, CLOCK), () -> 100);
        members = new StallingMembers(new EmbeddedRowStore(store, CLOCK));
        banFollower = new BanFollower(vertx, bans, new Bans(bus, CLOCK), Live.fixed(config.bans()), CLOCK);
        edge = edge(draining);
        connectionLimiter = edge.connectionLimiter;
        memory = edge.memory();
        follower = edge.cutoffs();
        ticker.addListener(follower);
        ticker.addListener(edge.notifications().lanes());
        follower.whenMissed(missedBatches::incrementAndGet);
        deploy();
    }

    private Publisher publisher(FanOut fanOut) {
        PublishPolicy policy = new PublishPolicy(
                new ContentPolicy(config.content()),
                config.broadcast(),
                StreamWindows.fixed(config.streams().room(), config.streams().inbox()),
                config.inboxes());
        ModeratedAppend moderated = new ModeratedAppend(Live.fixed(Optional.empty()));
        return new Publisher(
                policy,
                moderated,
                new RoomAppender(streams, fanOut, policy, moderated),
                new InboxAppender(
                        streams, fanOut, policy, config.broadcast().amend().searched(), moderated),
                CLOCK);
    }

    private void deploy() throws Exception {
        EmbeddedCounterStore counters = EmbeddedCounterStore.open(store, Live.fixed(config.ratelimit()), CLOCK)
                .await(30, TimeUnit.SECONDS);
        FanOut fanOut =
                new FanOut(bus, new EdgeInterests(bus, config.broadcast().interestBits(), System::nanoTime));
        CutoffPublisher publisher =
                new CutoffPublisher(streams, config.streams().cutoffs(), CLOCK);
        Live<RateLimitConfig> limits = Live.fixed(config.ratelimit());
        await(new RateLimitVerticle(
                0,
                bus,
                counters,
                LoginFixture.counters(CLOCK),
                LoginFixture.defences(CLOCK),
                BanFixture.service(bus, bans, streams, CLOCK),
                limits,
                new LimitRecord(CLOCK).sinks(limits)));
        await(new AuthVerticle(
                0,
                bus,
                new AuthVerticle.Stores(sessions.store(), revocations, publisher),
                new AuthVerticle.Rules(
                        Live.fixed(Tokens.trust(vertx, config.auth().tokens())),
                        Live.fixed(config.auth().certificateRule()),
                        config.sessions(),
                        HandshakeLimit.ENFORCED,
                        config.csrf(),
                        Optional.empty()),
                AccountResponder.disabled(),
                CLOCK));
        await(new RoomsVerticle(
                0,
                bus,
                RoomsFixture.sources(members.rooms(), new RoomListStore(new EmbeddedRowStore(store, CLOCK))),
                Live.fixed(config.rooms()),
                Live.fixed(config.permissions())));
        await(new BroadcastVerticle(
                0,
                bus,
                streams,
                fanOut,
                publisher(fanOut),
                List.of(
                        new DirectResponder(
                                inboxes,
                                new BlockListStore(new EmbeddedRowStore(store, CLOCK)),
                                BroadcastConfig.HISTORY_BYTES,
                                config.inboxes()),
                        new SearchResponder(Optional.of(request -> search.apply(request))))));
        banFollower.begin().await(30, TimeUnit.SECONDS);
        ticker.start().await(30, TimeUnit.SECONDS);
        AtomicInteger next = new AtomicInteger();
        vertx.deployVerticle(
                        () -> new EdgeVerticle(next.getAndIncrement(), edge),
                        new DeploymentOptions().setInstances(LOOPS))
                .await(30, TimeUnit.SECONDS);
    }

    /** As for a user who is added again after their removal. */
    public void liftBar(RoomId room, UserId user) throws Exception {
        StreamName stream = StreamName.room(room);
        WriteSet lifted = WriteSet.NONE.remove(StreamBars.of(stream, user)).add(StreamBars.count(stream), -1);
        new EmbeddedRowStore(store, CLOCK).write(stream.lane(), lifted).await(30, TimeUnit.SECONDS);
    }

    public JdkPeer enter(String user, String... rooms) {
        return enter(user, Role.MEMBER, rooms);
    }

    /** Enters with a token of this lifetime. */
    public JdkPeer enter(String user, Duration ttl) {
        JdkPeer peer = JdkPeer.admitted(ws(), token(user, Role.MEMBER, ttl));
        peer.next("auth_success");
        return peer;
    }

    JdkPeer enter(String user, Role role, String... rooms) {
        JdkPeer peer = JdkPeer.admitted(ws(), token(user, role, rooms));
        peer.next("auth_success");
        return peer;
    }

    int port() {
        return edge.instances.port();
    }

    public String token(String user) {
        return new TokenSigner(config.auth().tokens().issuers().get(0), CLOCK)
                .mint(user, Role.MEMBER, List.of(), Optional.empty(), Duration.ofMinutes(10));
    }

    /** Connects with a token, without waiting for {@code auth_success}. */
    public JdkPeer connect(String user, Role role, String... rooms) {
        return JdkPeer.withToken(ws(), token(user, role, rooms));
    }

    public URI ws() {
        return URI.create("ws://127.0.0.1:" + edge.instances.port() + "/ws");
    }

    /** Connects a peer that writes raw bytes. */
    RawPeer enterRaw(String user) {
        RawPeer peer = RawPeer.to(edge.instances.port());
        peer.upgrade("Authorization: Bearer " + token(user, Role.MEMBER));
        peer.next("auth_success");
        return peer;
    }

    private String token(String user, Role role, String... rooms) {
        return token(user, role, Duration.ofMinutes(10), rooms);
    }

    private String token(String user, Role role, Duration ttl, String... rooms) {
        return new TokenSigner(config.auth().tokens().issuers().get(0), CLOCK)
                .mint(user, role, List.of(rooms), Optional.empty(), ttl);
    }

    /** Sends a frame that is not stored to the edge instances, as the fan-out does. */
    void pass(TransientFrame frame) {
        bus.multicast(FanOut.TRANSIENT, frame)
                .sendTo(bus.node(), Lanes.shardOf(frame.stream().lane(), LOOPS));
    }

    /** Keeps a ban, without a cut-off or a hint; completes when the edge knows it. */
    void ban(Ban ban) throws Exception {
        bans.add(ban).await(30, TimeUnit.SECONDS);
        Await.until(() -> banFollower.current().all().contains(ban));
    }

    void lift(BanTarget target) throws Exception {
        bans.lift(target, Long.MAX_VALUE).await(30, TimeUnit.SECONDS);
        Await.until(() -> banFollower.current().all().stream()
                .noneMatch(ban -> ban.target().equals(target)));
    }

    public List<Session> sessionsOf(String user) throws Exception {
        return sessions.store().ofUser(new UserId(user)).await(30, TimeUnit.SECONDS);
    }

    public boolean registered(String user) {
        try {
            return !sessionsOf(user).isEmpty();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    /** Holds the reads of all lanes. In the user's lane is a cut-off that the edge does not know: a new session waits for a read. */
    public void holdSessionsOf(String user) throws Exception {
        lanes.hold();
        cutOff(StreamName.inbox(new UserId(user)).lane(), new SessionEnded("of-another", SessionEnded.Cause.EVICTED));
    }

    /** Appends a cut-off without a hint to the edges. */
    public void cutOff(Session session) throws Exception {
        cutOff(session, SessionEnded.Cause.EVICTED);
    }

    void cutOff(Session session, SessionEnded.Cause cause) throws Exception {
        cutOff(session.lane(), new SessionEnded(session.id(), cause));
    }

    /** Makes the lane lose its history: it can't tell what was appended, and the cut-offs read before are gone. */
    public void loseLane(int lane) {
        streams.forget(StreamName.cutoffs(lane));
        lanes.forget(lane);
    }

    public void cutOff(int lane, Cutoff cutoff) throws Exception {
        cutOff(lane, cutoff, CLOCK.getAsLong());
    }

    /** @param at by the clock of its publisher */
    public void cutOff(int lane, Cutoff cutoff, long at) throws Exception {
        AppendRequest entry = new AppendRequest(
                StreamName.cutoffs(lane),
                config.streams().cutoffs(),
                at,
                CutoffBody.encode(cutoff),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
        streams.append(entry).await(30, TimeUnit.SECONDS);
    }

    /** The non-zero series whose lines start with {@code name}. */
    public List<String> counted(String name) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(name) && !line.endsWith(" 0.0"))
                .toList();
    }

    public void close() throws Exception {
        streams.release();
        lanes.release();
        members.release();
        vertx.close().await(30, TimeUnit.SECONDS);
        store.close();
        metrics.close();
    }

    private static final AccountDeletion NO_DELETION = new AccountDeletion() {
        @Override
        public boolean hasPlaceFor(UserId user) {
            return false;
        }

        @Override
        public Future<Boolean> isHeld(UserId user) {
            return Future.succeededFuture(false);
        }

        @Override
        public Optional<Future<Void>> begin(UserId user) {
            return Optional.empty();
        }
    };

    private Edge edge(BooleanSupplier draining) {
        return new Edge(
                new EdgeInstances(LOOPS) {
                    @Override
                    public boolean draining() {
                        return draining.getAsBoolean();
                    }
                },
                new EdgeServices(
                        vertx,
                        bus,
                        streams,
                        FollowedStreamsListener.NONE,
                        incarnation,
                        this::readLane,
                        banFollower,
                        this::standing,
                        new Audit(config.audit(), CLOCK, AuditLog::write),
                        new Metrics(metrics.registry()),
                        Optional.empty(),
                        Live.fixed(config.origin()),
                        Live.fixed(config.ratelimit()),
                        Live.fixed(config.anomaly()),
                        Live.fixed(config.content()),
                        CLOCK,
                        readAt -> false,
                        Optional::empty,
                        () -> true,
                        Optional.empty(),
                        NO_DELETION),
                config);
    }

    private Future<Standing> standing(IpAddress address) {
        Context caller = Vertx.currentContext();
        Promise<Standing> told = Promise.promise();
        reputation.onComplete(any -> caller.runOnContext(then -> told.complete(standing)));
        reputationsAsked.incrementAndGet();
        return told.future();
    }

    private void readLane(int lane) {
        ticker.readLane(lane);
    }

    private void await(VerticleBase verticle) throws Exception {
        vertx.deployVerticle(verticle).await(30, TimeUnit.SECONDS);
    }
}
