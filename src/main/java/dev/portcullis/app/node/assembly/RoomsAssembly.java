package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.rooms.RoomsVerticle;
import io.vertx.core.VerticleBase;

/** The stage {@code rooms}. */
public record RoomsAssembly(NodeServices services, NodeConfig config) implements StageAssembly {
    @Override
    public Stage stage() {
        return Stage.ROOMS;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new RoomsVerticle(
                number,
                services.bus(),
                services.stores().members(),
                config.rooms(),
                services.live().permissions());
    }
}
