package dev.portcullis.app;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.broadcast.Announcing;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.edge.Assembly;
import dev.portcullis.edge.Census;
import dev.portcullis.edge.Crowd;
import dev.portcullis.edge.CutoffFollower;
import dev.portcullis.edge.Doorstep;
import dev.portcullis.edge.EdgeParts;
import dev.portcullis.edge.HandshakeRefusal;
import dev.portcullis.edge.HandshakeRules;
import dev.portcullis.edge.PendingEnd;
import dev.portcullis.edge.PendingLimits;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.Shedding;
import dev.portcullis.http.Answers;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.TransportSecurity;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.RequestRates;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.CarriedMemory;
import dev.portcullis.streams.NodeLife;

/** Puts together what all instances of the edge are made of. */
record EdgeWiring(Ground ground, NodeConfig config) {

    /** What the rest of the node has to do with too. */
    record Shared(
            NodeLife life,
            CutoffFollower follower,
            Assembly assembly,
            MemoryBudget memory,
            Census census,
            Announcing announcing) {}

    EdgeParts parts(Shared shared) {
        OriginRule origins = new OriginRule(config.origin());
        ClientAddress proxies = new ClientAddress(config.http().trustedProxies());
        HandshakeRules rules =
                new HandshakeRules(config.tls().required(), shared.assembly()::draining, origins, config.handshake());
        Crowd crowd = new Crowd(config.edge().crowd());
        RequestRates rates = new RequestRates(
                config.http().requestsPerMinute(), config.http().trackedAddresses());
        Doorstep doorstep = new Doorstep(
                PendingLimits.of(config.edge().crowd(), config.http().handshakeMs()),
                proxies,
                rates::isFlooding,
                ground.audit(),
                ground.meters().pendingClosed(PendingEnd.class, PendingEnd::word));
        ground.meters().watchConnectionSlots(crowd::size, crowd::unauthenticated, crowd::addresses);
        ground.meters().watchPendingConnections(doorstep::size);
        return new EdgeParts(
                ground.bus(),
                shared.life(),
                shared.follower(),
                new EdgeParts.Doors(
                        new Authenticator(ground.vertx(), ground.bus(), ground.clock()),
                        new RateLimiter(ground.bus(), config.ratelimit()),
                        new RoomAuthorizer(ground.bus()),
                        new Broadcaster(ground.vertx(), ground.bus(), config.broadcast(), ground.clock())),
                new EdgeParts.Front(
                        config.http(),
                        config.tls(),
                        doorstep,
                        rates,
                        rules,
                        proxies,
                        new Answers(new TransportSecurity(proxies)),
                        new CorsRule(origins)),
                new EdgeParts.Watch(
                        ground.audit(),
                        ground.meters(),
                        ground.meters().handshakesRefused(HandshakeRefusal.class, HandshakeRefusal::word),
                        shared.census()),
                crowd,
                shared.assembly(),
                shared.memory(),
                new Shedding(shared.memory()),
                ground.storage().streams(),
                config.streams(),
                CarriedMemory.ofLargestHeap(),
                shared.announcing(),
                config.edge(),
                config.auth(),
                config.ratelimit(),
                ground.clock());
    }
}
