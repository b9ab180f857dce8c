package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveService;
import dev.portcullis.app.node.store.NodeArchive;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.archive.ArchiveBacklog;
import dev.portcullis.archive.LostDeletions;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.BroadcastResponder;
import dev.portcullis.broadcast.BroadcastVerticle;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.Publisher;
import dev.portcullis.broadcast.RetentionResponder;
import dev.portcullis.broadcast.RoomAppender;
import dev.portcullis.broadcast.SearchResponder;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.UnstoredEvents;
import dev.portcullis.broadcast.direct.DirectResponder;
import dev.portcullis.broadcast.direct.InboxAppender;
import dev.portcullis.broadcast.expiry.ExpiryVerticle;
import dev.portcullis.broadcast.holds.HoldResponder;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationAnswer;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.broadcast.presence.PresenceStores;
import dev.portcullis.broadcast.presence.PresenceVerticle;
import dev.portcullis.broadcast.server.ServerResponder;
import dev.portcullis.broadcast.user.UserStreamsResponder;
import dev.portcullis.bus.Stage;
import dev.portcullis.config.Live;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.hooks.HooksResponder;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.RetentionConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.StreamsConfig;
import dev.portcullis.streams.TracedStreams;
import dev.portcullis.streams.TransientFrame;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The stage {@code broadcast}: what a message may hold, who else is asked about it, and which edges hear of it. */
public final class BroadcastAssembly implements StageAssembly {
    private final NodeServices services;
    private final StageStores.OfBroadcast stores;
    private final NodeConfig config;
    private final FanOut fanOut;
    private final StreamWindows windows;
    private final Publisher publisher;
    private final ServerResponder server;
    private final DirectResponder direct;
    private final UserStreamsResponder users;
    private final SearchResponder search;
    private final UnstoredEvents unstored;
    private final RetentionResponder retention;

    public BroadcastAssembly(
            NodeServices services, StageStores.OfBroadcast stores, NodeConfig config, StopSteps stops) {
        this.services = services;
        this.stores = stores;
        this.config = config;
        this.fanOut = new FanOut(
                services.bus(),
                new EdgeInterests(services.bus(), config.broadcast().interestBits(), System::nanoTime));
        StreamStore streams = services.tracing()
                .<StreamStore>map(any -> new TracedStreams(stores.streams()))
                .orElse(stores.streams());
        this.windows = windows();
        PublishPolicy policy = new PublishPolicy(
                new ContentPolicy(services.live().of(NodeConfig::content)),
                config.broadcast(),
                windows,
                config.inboxes());
        ModeratedAppend moderated = new ModeratedAppend(moderation(stops));
        this.publisher = new Publisher(
                policy,
                moderated,
                new RoomAppender(streams, fanOut, policy, moderated),
                new InboxAppender(
                        streams, fanOut, policy, config.broadcast().amend().searched(), moderated),
                services.clock());
        this.unstored = new UnstoredEvents(
                stores.streams(),
                stores.blocks(),
                fanOut::send,
                config.broadcast().messageBytes(),
                services.clock());
        this.server = new ServerResponder(streams, policy, fanOut, unstored, services.clock());
        this.direct =
                new DirectResponder(stores.inboxes(), stores.blocks(), BroadcastConfig.HISTORY_BYTES, config.inboxes());
        Live<RetentionConfig> kept = services.live().of(NodeConfig::retention);
        this.search = new SearchResponder(stores.archive()
                .flatMap(archive -> archive.search(kept::get, services.clock()))
                .map(search -> search::search));
        this.retention = new RetentionResponder(stores.streams(), windows, fanOut::changed);
        this.users = new UserStreamsResponder(
                stores.streams(), stores.blocks(), stores.erasures(), fanOut::changed, services.clock());
    }

    private StreamWindows windows() {
        Live<StreamsConfig> config = services.live().of(NodeConfig::streams);
        Live<RetentionConfig> retention = services.live().of(NodeConfig::retention);
        Optional<ArchiveBacklog> backlog = stores.archive().map(NodeArchive::backlog);
        return new StreamWindows() {
            @Override
            public StreamWindow of(StreamName stream) {
                StreamWindow window =
                        stream.isInbox() ? config.get().inbox() : config.get().room();
                return followed(retention.get().within(stream, window));
            }

            private StreamWindow followed(StreamWindow window) {
                return backlog.map(each -> each.window(window)).orElse(window);
            }

            @Override
            public boolean areFull() {
                return backlog.filter(ArchiveBacklog::refuses).isPresent();
            }
        };
    }

    private Live<Optional<Moderation>> moderation(StopSteps stops) {
        EnumCounters<ModerationAnswer.Kind> results =
                services.metrics().counters(Metric.MODERATED, ModerationAnswer.Kind.class, ModerationAnswer.Kind::id);
        LiveService<ModerationConfig, Moderation> moderation = new LiveService<>(
                services.vertx(),
                services.live().of(each -> each.broadcast().moderation()),
                hook -> {
                    Moderation opened =
                            new Moderation(services.vertx(), hook, services.outgoing(), results, services.clock());
                    services.outgoing().watch(OutgoingService.CONTENT_HOOK, opened::position);
                    return opened;
                },
                Moderation::close);
        stops.pushClose(moderation::close);
        return moderation;
    }

    private List<BroadcastResponder> responders() {
        return Stream.concat(
                        Stream.of(server, direct, unstored, users, search, retention, new HoldResponder(stores.held())),
                        stores.hooks().<BroadcastResponder>map(outbox -> new HooksResponder(outbox)::open).stream())
                .toList();
    }

    /**
     * The part that deletes messages whose time is over.
     *
     * @param rows the rows of the store
     */
    public VerticleBase expiry(RowStore rows) {
        return new ExpiryVerticle(
                rows,
                new UploadedFiles(new UploadStore(rows)),
                stores.archive()
                        .map(archive -> new LostDeletions(
                                archive.store(), rows, stores.streams(), windows::of, services.clock(), fanOut::send)),
                stores.streams(),
                windows,
                fanOut,
                new LaneShares(services.bus()),
                services.metrics(),
                services.clock());
    }

    /** The presence of its rooms, which has as many instances. */
    public StageAssembly presence() {
        return new OfPresence(services, stores, config, fanOut::send);
    }

    @Override
    public Stage stage() {
        return Stage.BROADCAST;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new BroadcastVerticle(number, services.bus(), stores.streams(), fanOut, publisher, responders());
    }

    /** Puts together the part of the stage {@code broadcast} that knows who is in the rooms: one beside each of its instances. */
    private static final class OfPresence implements StageAssembly {
        private final NodeServices services;
        private final StageStores.OfBroadcast stores;
        private final NodeConfig config;
        private final Consumer<TransientFrame> send;
        private final AtomicLongArray users;

        /** @param send sends to the subscribers of a stream */
        OfPresence(
                NodeServices services,
                StageStores.OfBroadcast stores,
                NodeConfig config,
                Consumer<TransientFrame> send) {
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
}
