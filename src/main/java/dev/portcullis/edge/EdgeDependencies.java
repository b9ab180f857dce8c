package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.bus.Bus;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.handshake.HandshakeRefusal;
import dev.portcullis.edge.handshake.HandshakeRules;
import dev.portcullis.edge.listener.HttpRequestLimiter;
import dev.portcullis.edge.session.CutoffFollower;
import dev.portcullis.edge.socket.LoadShedder;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import dev.portcullis.streams.delivery.HubMemory;
import dev.portcullis.streams.lane.NodeIncarnation;
import java.util.function.LongSupplier;

/** Dependencies that all edge instances of a node share. */
public record EdgeDependencies(
        Bus bus,
        NodeIncarnation nodeIncarnation,
        CutoffFollower cutoffs,
        StageClients stageClients,
        HttpFront httpFront,
        Telemetry telemetry,
        ConnectionLimiter connectionLimiter,
        EdgeInstances instances,
        MemoryBudget memory,
        LoadShedder shedder,
        StreamStore streams,
        StreamsConfig streamsConfig,
        HubMemory hubMemory,
        FollowedStreamsListener streamsListener,
        EdgeConfig edge,
        AuthConfig auth,
        RateLimitConfig limits,
        LongSupplier clock) {

    /** Clients of the stages that a frame passes through. */
    public record StageClients(
            Authenticator authenticator, RateLimiter limiter, RoomAuthorizer rooms, Broadcaster broadcaster) {}

    /** The public listener and the checks that it makes before it asks any stage. */
    public record HttpFront(
            HttpConfig listener,
            TlsConfig tls,
            PendingConnectionLimit pending,
            HttpRequestLimiter rates,
            HandshakeRules rules,
            ClientAddress proxies,
            HttpResponses responses,
            CorsRule cors,
            BodyLimiter bodies) {}

    /** Audit log, metrics and statistics. */
    public record Telemetry(
            Audit audit, Metrics metrics, EnumCounters<HandshakeRefusal> refusedHandshakes, EdgeStats stats) {}
}
