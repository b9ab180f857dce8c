package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.Meters;
import dev.portcullis.audit.Tally;
import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.bus.Bus;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.Shedding;
import dev.portcullis.http.Answers;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.RequestRates;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.CarriedMemory;
import dev.portcullis.streams.Following;
import dev.portcullis.streams.NodeLife;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamsConfig;
import java.util.function.LongSupplier;

/** What all edge instances of a node share. */
public record EdgeParts(
        Bus bus,
        NodeLife life,
        CutoffFollower cutoffs,
        Doors doors,
        Front front,
        Watch watch,
        Crowd crowd,
        Assembly assembly,
        MemoryBudget memory,
        Shedding shedding,
        StreamStore streams,
        StreamsConfig streamsConfig,
        CarriedMemory carriedMemory,
        Following following,
        EdgeConfig edge,
        AuthConfig auth,
        RateLimitConfig limits,
        LongSupplier clock) {

    /** Whom a frame is taken to. */
    public record Doors(
            Authenticator authenticator, RateLimiter limiter, RoomAuthorizer rooms, Broadcaster broadcaster) {}

    /** Where clients arrive, and what is asked of them before anybody else is. */
    public record Front(
            HttpConfig listener,
            TlsConfig tls,
            Doorstep doorstep,
            RequestRates rates,
            HandshakeRules rules,
            ClientAddress proxies,
            Answers answers,
            CorsRule cors) {}

    /** Who is told of what happens. */
    public record Watch(Audit audit, Meters meters, Tally<HandshakeRefusal> refusedHandshakes, Census census) {}
}
