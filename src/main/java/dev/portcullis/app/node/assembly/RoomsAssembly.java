package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.bus.Stage;
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

/** The stage {@code rooms}: its stores, and the application's authorizer. */
public final class RoomsAssembly implements StageAssembly {
    private final NodeServices services;
    private final NodeConfig config;
    private final RoomsVerticle.Sources sources;

    public RoomsAssembly(NodeServices services, StageStores.OfRooms stores, NodeConfig config, StopSteps stops) {
        this.services = services;
        this.config = config;
        Broadcaster broadcaster =
                new Broadcaster(services.vertx(), services.bus(), config.broadcast(), services.clock());
        this.sources = new RoomsVerticle.Sources(
                stores.rooms(),
                stores.lists(),
                new RoomStreamReader(stores.streams(), services.bus(), broadcaster::noteDetachment),
                authorizer(OutgoingService.ROOM_AUTHORIZER, config.rooms().authorizer(), stops),
                new RoomsVerticle.DirectSource(
                        config.direct(),
                        authorizer(OutgoingService.DIRECT_HOOK, config.direct().hook(), stops)),
                user -> highestRole(stores.sessions(), user),
                stores.blocks()::isBlocked,
                new MembershipFrames(broadcaster::send),
                stores.invitations(),
                stores.inboxes()::hasWritten,
                services.clock());
    }

    private static Future<Optional<Role>> highestRole(SessionStore sessions, UserId user) {
        return sessions.ofUser(user)
                .map(live ->
                        live.stream().map(session -> session.sender().role()).max(Comparator.naturalOrder()));
    }

    private Optional<HttpAuthorizer> authorizer(
            OutgoingService service, Optional<AuthorizerConfig> configured, StopSteps stops) {
        Optional<HttpAuthorizer> authorizer = configured.map(
                asked -> new HttpAuthorizer(services.vertx(), service, asked, services.outgoing(), services.clock()));
        authorizer.ifPresent(opened -> {
            services.outgoing().watch(service, opened::position);
            stops.pushClose(opened::close);
        });
        return authorizer;
    }

    @Override
    public Stage stage() {
        return Stage.ROOMS;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new RoomsVerticle(
                number, services.bus(), sources, config.rooms(), services.live().permissions());
    }
}
