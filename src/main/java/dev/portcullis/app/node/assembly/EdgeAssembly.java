package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.app.node.live.NodeReload;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.broadcast.interest.InterestAnnouncer;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.Edge;
import dev.portcullis.edge.EdgeInstances;
import dev.portcullis.edge.EdgeServices;
import dev.portcullis.edge.EdgeVerticle;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.ban.Bans;
import dev.portcullis.ratelimit.ban.SharedAddresses;
import dev.portcullis.ratelimit.reputation.ReputationSources;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.uploads.UserUploadsResponder;
import dev.portcullis.uploads.disk.DiskFolder;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** The stage {@code edge}, and what it has to know before it takes its first client. */
public final class EdgeAssembly implements StageAssembly {
    private final NodeServices services;
    private final StageStores.OfEdge stores;
    private final NodeConfig config;
    private final EdgeInstances instances;
    private final StopSteps stops;
    private final InterestAnnouncer announcer;
    private final ReputationSources reputation;
    private final BanFollower bans;
    private final UploadsAssembly uploads;
    private final Edge edge;

    /**
     * @param readLane called by the edge, which is made before the lanes that wait for it
     * @param ready whether this node takes clients
     */
    public EdgeAssembly(
            NodeServices services,
            StageStores.OfEdge stores,
            NodeConfig config,
            SharedAddresses shared,
            UserAssembly users,
            NodeIncarnation nodeIncarnation,
            IntConsumer readLane,
            BooleanSupplier ready,
            StopSteps stops) {
        LiveSettings live = services.live();
        this.services = services;
        this.stores = stores;
        this.config = config;
        this.instances = new EdgeInstances(config.instances(Stage.EDGE));
        this.stops = stops;
        this.announcer = new InterestAnnouncer(
                services.vertx().getOrCreateContext(),
                services.bus(),
                config.broadcast().interestBits());
        this.reputation = new ReputationSources(
                services.vertx(),
                services.workers(),
                services.outgoing(),
                config.reputation(),
                shared::include,
                services.audit(),
                services.metrics(),
                services.clock());
        this.bans = new BanFollower(
                services.vertx(),
                stores.bans(),
                new Bans(services.bus(), services.clock()),
                live.bans(),
                services.clock());
        this.uploads = new UploadsAssembly(services, stores.uploads(), config.uploads(), shared::named, stops);
        this.edge = new Edge(
                instances,
                new EdgeServices(
                        services.vertx(),
                        services.bus(),
                        stores.streams(),
                        announcer,
                        nodeIncarnation,
                        readLane,
                        bans,
                        reputation,
                        services.audit(),
                        services.metrics(),
                        services.tracing(),
                        live.origin(),
                        live.ratelimit(),
                        live.anomaly(),
                        live.of(NodeConfig::content),
                        services.clock(),
                        services.mayHaveWaited(),
                        uploads,
                        ready,
                        stores.rooms()
                                .filter(any -> config.hooks()
                                        .filter(HooksConfig::tellsRooms)
                                        .isPresent()),
                        users.deletion()),
                config);
    }

    public EdgeInstances instances() {
        return instances;
    }

    public Edge edge() {
        return edge;
    }

    /** What changes here when the configuration is read again. */
    public NodeReload.Edge reloaded() {
        return new NodeReload.Edge(edge::replaceCertificate, instances::holdFrames, instances::liftFrames);
    }

    public Future<?> openReputation() {
        stops.push(reputation::close);
        return reputation.open();
    }

    /** The folder of uploaded files; empty before it is open, and where there is none. */
    public Optional<DiskFolder> files() {
        return uploads.folder();
    }

    public Future<?> openUploads() {
        return uploads.open();
    }

    public Future<?> bindUploads() {
        return uploads.bind();
    }

    /** Completes when operators can ask each instance, which must be there already. */
    public Future<?> answerOperators() {
        UserUploadsResponder users = new UserUploadsResponder(
                stores.uploads(), config.uploads().storage().bytes(), services.clock());
        return Future.all(IntStream.range(0, config.instances(Stage.EDGE))
                .mapToObj(instance -> users.open(services.bus(), instance))
                .toList());
    }

    public Future<?> announceInterest() {
        return announcer.open().compose(any -> edge.openPresence());
    }

    public Future<?> followBans() {
        stops.pushClose(bans::stop);
        return bans.begin();
    }

    @Override
    public Stage stage() {
        return Stage.EDGE;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new EdgeVerticle(number, edge);
    }
}
