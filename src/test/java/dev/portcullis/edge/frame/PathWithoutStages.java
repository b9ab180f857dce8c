package dev.portcullis.edge.frame;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.presence.PresenceReporter;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.connection.FrameBarrier;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.presence.LoopPresence;
import dev.portcullis.edge.presence.PresenceHandler;
import dev.portcullis.edge.search.MessageSearch;
import dev.portcullis.edge.session.CutoffFreshness;
import dev.portcullis.edge.session.CutoffGate;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.events.EventType;
import dev.portcullis.events.EventType.Destination;
import dev.portcullis.events.EventType.Source;
import dev.portcullis.events.EventTypes;
import dev.portcullis.events.EventsConfig;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.login.LoginFixture;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.delivery.StreamHub;
import dev.portcullis.streams.lane.LaneRead;
import dev.portcullis.streams.lane.LaneStore.LaneCursor;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** A path of frames over a bus without any stage. */
final class PathWithoutStages {
    /** One event of the application, which takes any data. */
    private static final EventsConfig EVENTS = new EventsConfig(
            EventTypes.of(List.of(new EventType(
                    "poll.vote",
                    Map.of(),
                    true,
                    EnumSet.allOf(Destination.class),
                    RoomRole.MEMBER,
                    Source.CLIENTS,
                    OptionalInt.empty()))),
            new ContentConfig(Policy.ALLOWLIST, false));

    private PathWithoutStages() {}

    /**
     * Sets the path of an edge.
     *
     * @param stale how long ago the cut-offs of all lanes were read, in nanoseconds
     */
    static void set(ScriptedEdge edge, String ratelimit, LongSupplier clock, long stale) throws Exception {
        RateLimitConfig limits = RateLimitConfig.read(section(ratelimit));
        edge.limits(limits);
        Bus bus = new Bus(edge.vertx, "n1", new BusConfig(1_000, 100));
        RoomAuthorizer rooms = new RoomAuthorizer(bus);
        BroadcastConfig broadcast = BroadcastConfig.read(
                ScriptedEdge.DEFAULTS.section("broadcast"),
                ScriptedEdge.DEFAULTS.section("content").section("hook"),
                CircuitBreaker.Config.STANDARD);
        TimerWheel timers = edge.onLoop(() -> new TimerWheel(edge.vertx));
        CutoffFreshness freshness = new CutoffFreshness(lane -> {}, 1_000, timers, () -> stale, () -> 0);
        IntStream.range(0, Lanes.COUNT)
                .forEach(lane -> freshness.onLaneRead(new LaneRead(LaneCursor.unknown(lane), 0, 0)));
        CutoffGate gate = new CutoffGate(freshness, 2_000, clock);
        ReplyReservations reservations = new ReplyReservations(new MemoryBudget(1 << 20), edge.rooms()::run, timers);
        Broadcaster broadcaster = new Broadcaster(edge.vertx, bus, broadcast, clock);
        RoomPresence attendance = new RoomPresence(edge.vertx, bus);
        LoopPresence presence = new LoopPresence(
                edge.vertx.getOrCreateContext(),
                new PresenceReporter(edge.vertx.getOrCreateContext(), bus),
                attendance,
                new StreamHub(List.of()),
                new MemoryBudget(1 << 20));
        JoinHandler joins = new JoinHandler(
                gate,
                rooms,
                new StreamHub(List.of()),
                edge.rooms(),
                presence,
                edge.replies,
                timers,
                100,
                reservations,
                broadcaster,
                65_536);
        DirectMessages messages = new DirectMessages(bus, clock);
        edge.path(new FramePath(
                new FrameBarrier(),
                gate,
                new RateLimiter(bus, Live.fixed(limits), new LimitRecord(clock).observed()),
                new FrameActions(
                        rooms,
                        joins,
                        new PublishHandler(
                                gate,
                                rooms,
                                new MembershipEnd(rooms, broadcaster),
                                broadcaster,
                                edge.metrics,
                                edge.audit),
                        new HistoryHandler(broadcaster, messages, reservations),
                        new SearchHandler(new MessageSearch(rooms, broadcaster), reservations),
                        new InboxDelivery(joins, messages),
                        new TokenRefreshHandler(
                                new Authenticator(edge.vertx, bus, clock),
                                new RefusedTokens(new StuffingLimiter(bus, LoginFixture.STANDARD)),
                                (from, registration) -> {},
                                new JoinedRoomCheck(rooms, joins),
                                presence),
                        new UploadHandler(rooms, Optional.empty()),
                        new PresenceHandler(attendance, presence),
                        EVENTS.types(),
                        clock),
                EVENTS.newJudge(),
                event -> {},
                Optional.empty()));
    }

    @SuppressWarnings("unchecked") // a JSON object
    private static Section section(String json) throws Exception {
        return Section.root(
                (Map<String, Object>) Objects.requireNonNull(Json.parse(json)),
                new ConfigReading(Map.of(), java.nio.file.Path.of(".")));
    }
}
