package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveService;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Live;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomsVerticle;
import dev.portcullis.rooms.authorizer.AuthorizerConfig;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/** The stage {@code rooms}: its stores, and the application's authorizer. */
public final class RoomsAssembly implements StageAssembly {
    private final NodeServices services;
    private final RoomsVerticle.Sources sources;

    public RoomsAssembly(NodeServices services, StageStores.OfRooms stores, NodeConfig config, StopSteps stops) {
        this.services = services;
        Broadcaster broadcaster =
                new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock());
        this.sources = new RoomsVerticle.Sources(
                stores.rooms(),
                stores.lists(),
                new RoomStreamReader(stores.streams(), services.bus(), broadcaster::noteDetachment),
                authorizer(OutgoingService.ROOM_AUTHORIZER, each -> each.rooms().authorizer(), stops),
                new RoomsVerticle.DirectSource(
                        services.live().of(NodeConfig::direct),
                        authorizer(
                                OutgoingService.DIRECT_HOOK,
                                each -> each.direct().hook(),
                                stops)),
                user -> highestRole(stores.sessions(), user),
                stores.blocks()::isBlocked,
                new MembershipFrames(broadcaster::send),
                stores.invitations(),
                stores.inboxes()::hasWritten,
                services.clock(),
                services.live().of(NodeConfig::retentionRule));
    }

    private static Future<Optional<Role>> highestRole(SessionStore sessions, UserId user) {
        return sessions.ofUser(user)
                .map(live ->
                        live.stream().map(session -> session.sender().role()).max(Comparator.naturalOrder()));
    }

    private Live<Optional<HttpAuthorizer>> authorizer(
            OutgoingService service, Function<NodeConfig, Optional<AuthorizerConfig>> configured, StopSteps stops) {
        LiveService<AuthorizerConfig, HttpAuthorizer> authorizer = new LiveService<>(
                services.vertx(),
                services.live().of(configured),
                asked -> {
                    HttpAuthorizer opened =
                            new HttpAuthorizer(services.vertx(), service, asked, services.outgoing(), services.clock());
                    services.outgoing().watch(service, opened::position);
                    return opened;
                },
                HttpAuthorizer::close);
        stops.pushClose(authorizer::close);
        return authorizer;
    }

    @Override
    public Stage stage() {
        return Stage.ROOMS;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new RoomsVerticle(
                number,
                services.bus(),
                sources,
                services.live().of(NodeConfig::rooms),
                services.live().permissions());
    }
}
