package dev.portcullis.broadcast;

import dev.portcullis.config.Section;
import dev.portcullis.config.Survey;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the tests of publishing begin with. */
final class Given {
    static final long NOW = 1_700_000_000_000L;
    static final BroadcastConfig DEFAULT =
            BroadcastConfig.read(Section.root(Map.of(), new Survey(Map.of(), Path.of("."))));
    static final RoomId LOBBY = new RoomId("lobby");
    static final Sender ANN = sender("ann", Optional.of("Ann"));
    static final Publication HELLO =
            new Publication(ANN, LOBBY, "hello", Optional.empty(), List.of(), "m-1", "id-1", NOW + 1_000);

    static final Removal NO_BEN =
            new Removal(ANN, LOBBY, new UserId("ben"), Optional.of("spam & <b>worse</b>"), "m-9", "id-9", NOW + 1_000);

    private Given() {}

    static Sender sender(String user, Optional<String> username) {
        return new Sender(new UserId(user), username, Role.MEMBER, List.of(), "session of " + user);
    }

    static Publication from(Sender sender) {
        return new Publication(
                sender,
                HELLO.roomId(),
                HELLO.content(),
                HELLO.replyTo(),
                HELLO.attachments(),
                HELLO.messageId(),
                HELLO.key(),
                HELLO.notAfter());
    }

    static Publication saying(String content) {
        return under(content, HELLO.messageId(), HELLO.key());
    }

    static Publication under(String content, String messageId, String key) {
        return new Publication(
                ANN, LOBBY, content, HELLO.replyTo(), HELLO.attachments(), messageId, key, HELLO.notAfter());
    }

    static Publication with(Optional<String> replyTo, Attachment... attachments) {
        return new Publication(
                ANN,
                LOBBY,
                HELLO.content(),
                replyTo,
                List.of(attachments),
                HELLO.messageId(),
                HELLO.key(),
                HELLO.notAfter());
    }

    static Publication until(long notAfter) {
        return new Publication(
                ANN, LOBBY, HELLO.content(), HELLO.replyTo(), HELLO.attachments(), "m-1", "id-1", notAfter);
    }
}
