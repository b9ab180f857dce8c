package dev.portcullis.app.node.assembly;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.admin.AdminHandler;
import dev.portcullis.admin.AdminVerticle;
import dev.portcullis.admin.BanDirectory;
import dev.portcullis.admin.Health;
import dev.portcullis.admin.NodeControl;
import dev.portcullis.admin.SentMessage;
import dev.portcullis.admin.ServerDirectory;
import dev.portcullis.admin.SessionDirectory;
import dev.portcullis.admin.node.NodeFacts;
import dev.portcullis.admin.node.NodeFacts.NodeState;
import dev.portcullis.admin.node.NodeFacts.NodeView;
import dev.portcullis.admin.node.NodeLoads;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.SessionAdministration;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.holds.HoldAdministration;
import dev.portcullis.broadcast.presence.RoomPresence;
import dev.portcullis.broadcast.server.ServerPublisher;
import dev.portcullis.bus.Stage;
import dev.portcullis.cluster.ClusterNode;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.edge.tcp.PendingLimits;
import dev.portcullis.hooks.HookAdministration;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.http.routing.BodyMemory;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.inventory.Inventory;
import dev.portcullis.protocol.Sender;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.rooms.RoomAdministration;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.uploads.UserUploads;
import io.vertx.core.Future;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Builds the admin listener, bounded like the public one. */
public record AdminAssembly(NodeServices services, NodeConfig config, UserAssembly users) {
    /** The bytes of each body that take no memory from the budget: a few large bodies must not keep out small ones. */
    private static final int SMALL_BODY = 10_240;

    /** An operator waits for it, and a node that is gone must not make them wait for long. */
    private static final long INVENTORY_MS = 1_000;

    /** @param version of this build */
    public NodeStatistics statistics(Supplier<NodeState> state, NodeIncarnation incarnation, String version) {
        NodeFacts facts = new NodeFacts(
                services.bus().node(),
                version,
                config.store().kind().name().toLowerCase(Locale.ROOT),
                incarnation::incarnation,
                state,
                () -> nodes(version));
        return new NodeStatistics(facts, services.metricsRegistry()::values, System::currentTimeMillis);
    }

    public AdminVerticle verticle(Health health, NodeStatistics statistics, NodeLoads loads, NodeControl control) {
        health.names()
                .forEach(check -> services.metrics().measure(Metric.READY, check, () -> health.isUp(check) ? 1 : 0));
        Authenticator authenticator = new Authenticator(services.vertx(), services.bus(), services.clock());
        SessionAdministration sessions = new SessionAdministration(services.bus());
        Bans bans = new Bans(services.bus(), services.clock());
        PendingConnectionLimit pending = pendingLimit();
        services.metrics().measure(Metric.ADMIN_CONNECTIONS, pending::size);
        BoundedHttpServer server = new BoundedHttpServer(pending, config.http().headerLines(), () -> false, false, 1);
        AdminHandler handler = new AdminHandler(
                config.admin(),
                health,
                services.metricsRegistry()::scrape,
                services.workers(),
                token -> operatorOf(token, authenticator),
                new SessionDirectory(sessions, sessions::sessionsOf),
                services.trail().reader(),
                new BanDirectory(
                        bans::add,
                        bans::lift,
                        bans::inForce,
                        () -> services.live().bans().get().configured()),
                server(),
                new RoomAuthorizer(services.bus())::explain,
                bodies(),
                services.audit(),
                services.clock(),
                services.mayHaveWaited(),
                config.hooks().map(any -> new HookAdministration(services.bus())),
                statistics,
                loads,
                new Inventory(services.bus(), INVENTORY_MS, this::edges),
                control,
                (request, millis) -> pending.answering(HttpChannel.of(request.connection()), millis));
        return new AdminVerticle(
                config.admin(),
                health,
                statistics,
                handler,
                (options, requests) -> server.create(services.vertx(), options, requests));
    }

    /** Empty for an invalid token. A single request has no session, so the session id is empty. */
    private static Future<Optional<Sender>> operatorOf(String token, Authenticator authenticator) {
        return authenticator
                .verify(token, Optional.empty())
                .map(verification -> verification.fold(
                        claims -> Optional.of(
                                new Sender(claims.userId(), claims.username(), claims.role(), claims.rooms(), "")),
                        refusal -> Optional.empty()));
    }

    private List<NodeView> nodes(String version) {
        return services.cluster()
                .map(peers -> peers.nodes().stream().map(this::shown).toList())
                .orElseGet(() ->
                        List.of(new NodeView(services.bus().node(), true, version, byId(config.stages()), true, 0)));
    }

    /** The event loops that have connections, by node. */
    private Map<String, Integer> edges() {
        Map<String, Integer> edges = new TreeMap<>();
        edges.put(services.bus().node(), 0); // the bus knows its own
        services.cluster()
                .ifPresent(peers -> peers.nodes()
                        .forEach(each -> edges.put(each.node(), each.stages().getOrDefault(Stage.EDGE, 0))));
        return edges;
    }

    private NodeView shown(ClusterNode each) {
        return new NodeView(
                each.node(),
                each.node().equals(services.bus().node()),
                each.version(),
                byId(each.stages()),
                each.reachable(),
                each.seenMs());
    }

    private static Map<String, Integer> byId(Map<Stage, Integer> stages) {
        Map<String, Integer> byId = new TreeMap<>();
        stages.forEach((stage, instances) -> byId.put(stage.id(), instances));
        return byId;
    }

    private ServerDirectory server() {
        ServerPublisher publisher = new ServerPublisher(
                services.vertx(), services.bus(), config.broadcast().publishTimeoutMs(), services.clock());
        EnumCounters<SentMessage> sent =
                services.metrics().counters(Metric.SERVER_MESSAGES, SentMessage.class, SentMessage::id);
        Broadcaster broadcaster =
                new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock());
        ServerRooms rooms = new ServerRooms(
                services.bus(),
                new RoomAdministration(services.bus(), services.clock()),
                new MembershipEnd(new RoomAuthorizer(services.bus()), broadcaster),
                broadcaster,
                new RoomPresence(services.vertx(), services.bus()),
                config.rooms().limits().page(),
                services.clock());
        return new ServerDirectory(
                publisher::publish,
                sent::add,
                rooms,
                users.users(),
                new UserUploads(services.bus(), services.clock()),
                config.events().newJudge(services.live().of(NodeConfig::content)),
                new HoldAdministration(services.bus(), services.clock()));
    }

    private BodyReader bodies() {
        return new BodyReader(
                services.vertx(),
                new BodyLimiter(
                        new BodyMemory(config.admin().messages().bodyBytes()),
                        config.http().bodiesPerAddress(),
                        SMALL_BODY),
                new ClientAddress(List.of()),
                config.http().bodyMs());
    }

    /** There is no grace period: a probe sends its request at once, and a flood of connects must not refuse it. */
    private PendingConnectionLimit pendingLimit() {
        AdminConfig admin = config.admin();
        return new PendingConnectionLimit(
                new PendingLimits(admin.connections(), admin.connectionsPerIp(), admin.requestMs()),
                new ClientAddress(List.of()),
                services.audit(),
                services.metrics().counters(Metric.ADMIN_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id));
    }
}
