package dev.portcullis.broadcast;

import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Values shared by the tests of publishing. */
public final class BroadcastFixture {
    static final long NOW = 1_700_000_000_000L;
    static final BroadcastConfig DEFAULT = BroadcastConfig.read(empty(), empty(), CircuitBreaker.Config.STANDARD);
    static final RoomId LOBBY = new RoomId("lobby");
    static final Sender ANN = sender("ann", Optional.of("Ann"));
    static final Publication.Message HELLO_TEXT = message("hello", Optional.empty());
    static final PublishRequest HELLO = asked(ANN, HELLO_TEXT, "m-1", "id-1", NOW + 1_000);
    static final Publication.Removal BEN_REMOVED =
            new Publication.Removal(LOBBY, new UserId("ben"), Optional.of("spam & <b>worse</b>"));
    static final PublishRequest REMOVE_BEN = asked(ANN, BEN_REMOVED, "m-9", "id-9", NOW + 1_000);

    private BroadcastFixture() {}

    private static Section empty() {
        return Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")));
    }

    static BroadcastConfig config(long publishTimeoutMs, int messageBytes) {
        return config(publishTimeoutMs, messageBytes, DEFAULT.amend());
    }

    static BroadcastConfig config(long publishTimeoutMs, int messageBytes, BroadcastConfig.AmendConfig amend) {
        return config(publishTimeoutMs, messageBytes, DEFAULT.longestExpiryMs(), amend);
    }

    /** The default, where messages end within this time. */
    static BroadcastConfig endingWithin(long longestExpiryMs) {
        return config(DEFAULT.publishTimeoutMs(), DEFAULT.messageBytes(), longestExpiryMs, DEFAULT.amend());
    }

    private static BroadcastConfig config(
            long publishTimeoutMs, int messageBytes, long longestExpiryMs, BroadcastConfig.AmendConfig amend) {
        return new BroadcastConfig(
                publishTimeoutMs,
                messageBytes,
                1 << 16,
                10_000,
                longestExpiryMs,
                Optional.empty(),
                amend,
                DEFAULT.notifications(),
                DEFAULT.presence());
    }

    static Sender sender(String user, Optional<String> username) {
        return new Sender(new UserId(user), username, Role.MEMBER, List.of(), "session of " + user);
    }

    static PublishRequest asked(Sender from, Publication what, String messageId, String key, long notAfter) {
        return new PublishRequest(from, what, messageId, key, notAfter, Permit.UNCONDITIONAL);
    }

    static Publication.Message message(String content, Optional<String> replyTo, Attachment... attachments) {
        return new Publication.Message(new Target.ToRoom(LOBBY), content, replyTo, List.of(attachments));
    }

    static PublishRequest from(Sender sender) {
        return asked(sender, HELLO_TEXT, HELLO.messageId(), HELLO.key(), HELLO.notAfter());
    }

    static PublishRequest withContent(String content) {
        return under(content, HELLO.messageId(), HELLO.key());
    }

    static PublishRequest under(String content, String messageId, String key) {
        return asked(ANN, message(content, Optional.empty()), messageId, key, HELLO.notAfter());
    }

    static PublishRequest with(Optional<String> replyTo, Attachment... attachments) {
        return asked(ANN, message("hello", replyTo, attachments), HELLO.messageId(), HELLO.key(), HELLO.notAfter());
    }

    static PublishRequest until(long notAfter) {
        return asked(ANN, HELLO_TEXT, HELLO.messageId(), HELLO.key(), notAfter);
    }

    /** A policy for rooms and inboxes that keep 300 entries for a day. */
    static PublishPolicy policy(ContentConfig.Policy content, BroadcastConfig config) {
        return new PublishPolicy(
                new ContentPolicy(new ContentConfig(content, false)),
                config,
                StreamWindows.fixed(new StreamWindow(300, 86_400_000), new StreamWindow(300, 86_400_000)),
                InboxConfig.read(empty()));
    }

    /** The part of the stage that publishes to rooms. Inboxes are another one's. */
    static Publisher publisher(
            StreamStore streams,
            FanOut fanOut,
            BroadcastConfig config,
            LongSupplier clock,
            Optional<Moderation> moderation) {
        PublishPolicy policy = policy(ContentConfig.Policy.ALLOWLIST, config);
        ModeratedAppend moderated = new ModeratedAppend(Live.fixed(moderation));
        return new Publisher(
                policy, moderated, new RoomAppender(streams, fanOut, policy, moderated), NO_INBOXES, clock);
    }

    /** Asks the stage once. */
    public static Future<PublishResult> ask(Bus bus, PublishRequest request) {
        return bus.ask(Broadcaster.PUBLISH, request);
    }

    private static final Appender<UserId> NO_INBOXES = new Appender<>() {
        @Override
        public Future<PublishResult> append(PublishRequest request, AppendRequest entry) {
            throw new UnsupportedOperationException("no test of rooms writes to an inbox");
        }

        @Override
        public Future<PublishResult> amend(
                PublishRequest request, Publication.Amendment amendment, UserId in, long now) {
            throw new UnsupportedOperationException("no test of rooms writes to an inbox");
        }
    };
}
