package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.rooms.RoomsVerticle;
import dev.portcullis.rooms.authorizer.HttpAuthorizer;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.VerticleBase;
import java.util.Optional;

/** The stage {@code rooms}: its stores, and the application's authorizer. */
public final class RoomsAssembly implements StageAssembly {
    private final NodeServices services;
    private final NodeConfig config;
    private final RoomsVerticle.Sources sources;

    public RoomsAssembly(NodeServices services, NodeConfig config, StopSteps stops) {
        this.services = services;
        this.config = config;
        StreamStore streams = services.stores().streams();
        this.sources = new RoomsVerticle.Sources(
                services.stores().rooms(),
                services.stores().roomLists(),
                new RoomStreamReader(streams),
                authorizer(stops));
    }

    private Optional<HttpAuthorizer> authorizer(StopSteps stops) {
        Optional<HttpAuthorizer> authorizer = config.rooms()
                .authorizer()
                .filter(any -> config.runs(Stage.ROOMS))
                .map(asked -> HttpAuthorizer.open(services.vertx(), asked, services.outgoing(), services.clock()));
        authorizer.ifPresent(service -> {
            services.outgoing().watch(OutgoingService.ROOM_AUTHORIZER, service::position);
            stops.pushClose(service::close);
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
