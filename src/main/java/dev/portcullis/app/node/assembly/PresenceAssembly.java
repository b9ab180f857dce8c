package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.broadcast.presence.PresenceStores;
import dev.portcullis.broadcast.presence.PresenceVerticle;
import dev.portcullis.bus.Stage;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.VerticleBase;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Puts together the part of the stage {@code broadcast} that knows who is in the rooms: one beside each of its instances. */
final class PresenceAssembly implements StageAssembly {
    private final NodeServices services;
    private final StageStores.OfBroadcast stores;
    private final NodeConfig config;
    private final Consumer<TransientFrame> send;
    private final AtomicLongArray users;

    /** @param send sends to the subscribers of a stream */
    PresenceAssembly(
            NodeServices services, StageStores.OfBroadcast stores, NodeConfig config, Consumer<TransientFrame> send) {
        this.services = services;
        this.stores = stores;
        this.config = config;
        this.send = send;
        this.users = new AtomicLongArray(config.instances(Stage.BROADCAST));
        services.metrics()
                .measure(
                        Metric.PRESENCE_USERS,
                        () -> IntStream.range(0, users.length())
                                .mapToLong(users::get)
                                .sum());
    }

    @Override
    public Stage stage() {
        return Stage.BROADCAST;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new PresenceVerticle(
                number,
                services.bus(),
                new PresenceStores(stores.streams(), stores.readMarks(), stores.blocks()),
                config.broadcast().presence(),
                send,
                count -> users.set(number, count),
                services.clock());
    }
}
