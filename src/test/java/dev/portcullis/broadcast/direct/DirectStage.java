package dev.portcullis.broadcast.direct;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.broadcast.BroadcastConfig;
import dev.portcullis.broadcast.BroadcastFixture;
import dev.portcullis.broadcast.BroadcastVerticle;
import dev.portcullis.broadcast.FanOut;
import dev.portcullis.broadcast.HistoryResult;
import dev.portcullis.broadcast.ModeratedAppend;
import dev.portcullis.broadcast.Publication;
import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Message;
import dev.portcullis.broadcast.PublishPolicy;
import dev.portcullis.broadcast.PublishRequest;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.Publisher;
import dev.portcullis.broadcast.RoomAppender;
import dev.portcullis.broadcast.StreamWindows;
import dev.portcullis.broadcast.direct.DirectMessages.Acknowledgement;
import dev.portcullis.broadcast.direct.DirectMessages.BlockChange;
import dev.portcullis.broadcast.direct.DirectMessages.ConversationQuery;
import dev.portcullis.broadcast.direct.DirectMessages.InboxOwner;
import dev.portcullis.broadcast.interest.EdgeInterests;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.InboxStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The part of the stage that answers what concerns inboxes, on one node, asked over its bus. */
final class DirectStage {
    private static final Bounds ALL = new Bounds(1_000, 1 << 20);

    private final Stores stores;
    private final Bus bus;

    /** The stores in which the node keeps streams and inboxes. */
    record Stores(StreamStore streams, InboxStore inboxes, BlockListStore blocks) {}

    private DirectStage(Stores stores, Bus bus) {
        this.stores = stores;
        this.bus = bus;
    }

    static DirectStage open(Vertx vertx, Stores stores, StreamWindow window, Optional<Moderation> moderation)
            throws Exception {
        Bus bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        BroadcastConfig config =
                BroadcastConfig.read(section(Map.of()), section(Map.of()), CircuitBreaker.Config.STANDARD);
        done(bus.answer(EdgeInterests.SNAPSHOT, 0, question -> Future.failedFuture("not asked on one node")));
        answer(vertx, bus, stores, config, window, moderation);
        return new DirectStage(stores, bus);
    }

    /** Deploys the part of the stage that publishes and that answers about inboxes. */
    static void answer(
            Vertx vertx,
            Bus bus,
            Stores stores,
            BroadcastConfig config,
            StreamWindow window,
            Optional<Moderation> moderation)
            throws Exception {
        InboxConfig inboxes = InboxConfig.read(section(Map.of()));
        FanOut fanOut = new FanOut(bus, new EdgeInterests(bus, config.interestBits(), System::nanoTime));
        PublishPolicy policy = new PublishPolicy(
                new ContentPolicy(new ContentConfig(Policy.ALLOWLIST, false)),
                config,
                StreamWindows.fixed(window, window),
                inboxes);
        ModeratedAppend moderated = new ModeratedAppend(Live.fixed(moderation));
        Publisher publisher = new Publisher(
                policy,
                moderated,
                new RoomAppender(stores.streams(), fanOut, policy, moderated),
                new InboxAppender(
                        stores.streams(), fanOut, policy, config.amend().searched(), moderated),
                System::currentTimeMillis);
        done(vertx.deployVerticle(new BroadcastVerticle(
                0,
                bus,
                stores.streams(),
                fanOut,
                publisher,
                List.of(new DirectResponder(
                        stores.inboxes(), stores.blocks(), BroadcastConfig.HISTORY_BYTES, inboxes)))));
    }

    static Section section(Map<String, Object> values) {
        return Section.root(values, new ConfigReading(Map.of(), Path.of(".")));
    }

    PublishResult send(UserId from, UserId to, String content, String key) throws Exception {
        return done(askToSend(from, to, content, key));
    }

    Future<PublishResult> askToSend(UserId from, UserId to, String content, String key) {
        return ask(
                from,
                new Message(new Target.ToUser(to), content, Optional.empty(), List.of()),
                UUID.randomUUID().toString(),
                key);
    }

    /** @param content empty for a deletion */
    PublishResult amend(UserId from, UserId to, String messageId, Optional<String> content, String key)
            throws Exception {
        return done(askToAmend(from, to, messageId, content, key));
    }

    Future<PublishResult> askToAmend(UserId from, UserId to, String messageId, Optional<String> content, String key) {
        return ask(from, new Amendment(new Target.ToUser(to), messageId, content, false), messageId, key);
    }

    private Future<PublishResult> ask(UserId from, Publication what, String messageId, String key) {
        return BroadcastFixture.ask(
                bus, new PublishRequest(sender(from), what, messageId, key, Long.MAX_VALUE, Permit.UNCONDITIONAL));
    }

    void block(UserId owner, UserId user) throws Exception {
        done(bus.ask(DirectMessages.BLOCK, new BlockChange(owner, user, true, Long.MAX_VALUE)));
    }

    /** The user has everything. */
    void acknowledge(UserId owner) throws Exception {
        InboxOwner reader = new InboxOwner(owner, Optional.empty());
        done(bus.ask(
                DirectMessages.ACKNOWLEDGE,
                new Acknowledgement(reader, done(stores.streams().head(StreamName.inbox(owner))))));
    }

    HistoryResult history(UserId owner, UserId other) throws Exception {
        return done(bus.ask(
                DirectMessages.CONVERSATION,
                new ConversationQuery(owner, other, Optional.empty(), Optional.empty(), 100)));
    }

    /** The texts of an inbox, without deletions. */
    List<String> contents(UserId user) throws Exception {
        return inbox(user).stream()
                .map(body -> new JsonObject("{" + body).getString("content"))
                .toList();
    }

    List<String> inbox(UserId user) throws Exception {
        return done(stores.streams().after(StreamName.inbox(user), 0, ALL)).entries().stream()
                .map(entry -> new String(entry.body(), StandardCharsets.UTF_8))
                .toList();
    }

    private static Sender sender(UserId user) {
        return new Sender(user, Optional.empty(), Role.MEMBER, List.of(), "session of " + user);
    }
}
