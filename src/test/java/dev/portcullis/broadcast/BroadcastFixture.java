package dev.portcullis.broadcast;

import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values shared by the tests of publishing. */
final class BroadcastFixture {
    static final long NOW = 1_700_000_000_000L;
    static final BroadcastConfig DEFAULT = BroadcastConfig.read(empty(), empty());
    static final RoomId LOBBY = new RoomId("lobby");
    static final Sender ANN = sender("ann", Optional.of("Ann"));
    static final PublishRequest HELLO = new PublishRequest(
            ANN, LOBBY, "hello", Optional.empty(), List.of(), "m-1", "id-1", NOW + 1_000, Permit.UNCONDITIONAL);

    static final RemovalRequest REMOVE_BEN = new RemovalRequest(
            ANN,
            LOBBY,
            new UserId("ben"),
            Optional.of("spam & <b>worse</b>"),
            "m-9",
            "id-9",
            NOW + 1_000,
            Permit.UNCONDITIONAL);

    private BroadcastFixture() {}

    private static Section empty() {
        return Section.root(Map.of(), new ConfigReading(Map.of(), Path.of(".")));
    }

    static Sender sender(String user, Optional<String> username) {
        return new Sender(new UserId(user), username, Role.MEMBER, List.of(), "session of " + user);
    }

    static PublishRequest from(Sender sender) {
        return new PublishRequest(
                sender,
                HELLO.roomId(),
                HELLO.content(),
                HELLO.replyTo(),
                HELLO.attachments(),
                HELLO.messageId(),
                HELLO.key(),
                HELLO.notAfter(),
                Permit.UNCONDITIONAL);
    }

    static PublishRequest withContent(String content) {
        return under(content, HELLO.messageId(), HELLO.key());
    }

    static PublishRequest under(String content, String messageId, String key) {
        return new PublishRequest(
                ANN,
                LOBBY,
                content,
                HELLO.replyTo(),
                HELLO.attachments(),
                messageId,
                key,
                HELLO.notAfter(),
                Permit.UNCONDITIONAL);
    }

    static PublishRequest with(Optional<String> replyTo, Attachment... attachments) {
        return new PublishRequest(
                ANN,
                LOBBY,
                HELLO.content(),
                replyTo,
                List.of(attachments),
                HELLO.messageId(),
                HELLO.key(),
                HELLO.notAfter(),
                Permit.UNCONDITIONAL);
    }

    static PublishRequest until(long notAfter) {
        return new PublishRequest(
                ANN,
                LOBBY,
                HELLO.content(),
                HELLO.replyTo(),
                HELLO.attachments(),
                "m-1",
                "id-1",
                notAfter,
                Permit.UNCONDITIONAL);
    }
}
