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
import dev.portcullis.http.Answers;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.TransportSecurity;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.streams.NodeLife;

/** Puts together what all instances of the edge are made of. */
record EdgeWiring(Ground ground, NodeConfig config) {

    /** What the rest of the node has to do with too. */
    record Shared(NodeLife life, CutoffFollower follower, Assembly assembly, Census census, Announcing announcing) {}

    EdgeParts parts(Shared shared) {
        OriginRule origins = new OriginRule(config.origin());
        ClientAddress proxies = new ClientAddress(config.http().trustedProxies());
        HandshakeRules rules =
                new HandshakeRules(config.tls().required(), shared.assembly()::draining, origins, config.handshake());
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
                        new Doorstep(config.edge().crowd()),
                        rules,
                        proxies,
                        new Answers(new TransportSecurity(proxies)),
                        new CorsRule(origins)),
                new EdgeParts.Watch(
                        ground.audit(),
                        ground.meters(),
                        ground.meters().handshakesRefused(HandshakeRefusal.class, HandshakeRefusal::word),
                        shared.census()),
                new Crowd(config.edge().crowd()),
                shared.assembly(),
                ground.storage().streams(),
                config.streams(),
                shared.announcing(),
                config.edge(),
                config.auth(),
                config.ratelimit(),
                ground.clock());
    }
}
