package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.interest.InterestAnnouncer;
import dev.portcullis.edge.EdgeDependencies;
import dev.portcullis.edge.EdgeInstances;
import dev.portcullis.edge.EdgeStats;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.handshake.HandshakeRefusal;
import dev.portcullis.edge.handshake.HandshakeRules;
import dev.portcullis.edge.listener.HttpRequestLimiter;
import dev.portcullis.edge.session.CutoffFollower;
import dev.portcullis.edge.socket.LoadShedder;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.TransportSecurity;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.delivery.HubMemory;
import dev.portcullis.streams.lane.NodeIncarnation;

/** Builds the dependencies of all edge instances. */
record EdgeWiring(NodeServices services, NodeConfig config) {

    /** Dependencies that the rest of the node uses too. */
    record Shared(
            NodeIncarnation nodeIncarnation,
            CutoffFollower follower,
            EdgeInstances instances,
            MemoryBudget memory,
            EdgeStats stats,
            InterestAnnouncer announcer) {}

    EdgeDependencies dependencies(Shared shared) {
        OriginRule origins = new OriginRule(config.origin());
        ClientAddress proxies = new ClientAddress(config.http().trustedProxies());
        HandshakeRules rules =
                new HandshakeRules(config.tls().required(), shared.instances()::draining, origins, config.handshake());
        ConnectionLimiter connectionLimiter =
                new ConnectionLimiter(config.edge().connections());
        HttpRequestLimiter rates = new HttpRequestLimiter(
                config.http().requestsPerMinute(), config.http().trackedAddresses());
        PendingConnectionLimit pending = new PendingConnectionLimit(
                config.edge().connections().pending(config.http().handshakeMs()),
                proxies,
                rates::isFlooding,
                services.audit(),
                services.metrics().pendingClosed(PendingEnd.class, PendingEnd::id));
        services.metrics()
                .watchConnectionSlots(
                        connectionLimiter::size, connectionLimiter::unauthenticated, connectionLimiter::addresses);
        services.metrics().watchPendingConnections(pending::size);
        return new EdgeDependencies(
                services.bus(),
                shared.nodeIncarnation(),
                shared.follower(),
                new EdgeDependencies.StageClients(
                        new Authenticator(services.vertx(), services.bus(), services.clock()),
                        new RateLimiter(services.bus(), config.ratelimit()),
                        new RoomAuthorizer(services.bus()),
                        new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock())),
                new EdgeDependencies.HttpFront(
                        config.http(),
                        config.tls(),
                        pending,
                        rates,
                        rules,
                        proxies,
                        new HttpResponses(new TransportSecurity(proxies)),
                        new CorsRule(origins),
                        new BodyLimiter(shared.memory(), config.http().bodiesPerAddress())),
                new EdgeDependencies.Telemetry(
                        services.audit(),
                        services.metrics(),
                        services.metrics().handshakesRefused(HandshakeRefusal.class, HandshakeRefusal::id),
                        shared.stats()),
                connectionLimiter,
                shared.instances(),
                shared.memory(),
                new LoadShedder(shared.memory()),
                services.stores().streams(),
                config.streams(),
                HubMemory.ofLargestHeap(),
                shared.announcer(),
                config.edge(),
                config.auth(),
                config.ratelimit(),
                services.clock());
    }
}
