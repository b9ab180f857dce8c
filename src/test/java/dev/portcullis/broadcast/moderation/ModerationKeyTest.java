package dev.portcullis.broadcast.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModerationKeyTest {
    @ParameterizedTest
    @CsvSource({
        "a, ann, chat, 1, 1, true",
        "b, ann, chat, 1, 1, false",
        "a, ben, chat, 1, 1, false",
        "a, ann, edit, 1, 1, false",
        "a, ann, chat, 2, 1, false",
        "a, ann, chat, 1, 2, false"
    })
    void answer_belongs_to_one_stream_user_type_id_and_text(
            String room, String user, String type, String id, byte hash, boolean same) {
        assertThat(key(room, user, type, id, hash).equals(key("a", "ann", "chat", "1", (byte) 1)))
                .isEqualTo(same);
    }

    private static Moderation.Key key(String room, String user, String type, String id, byte hash) {
        return Moderation.Key.of(new AppendRequest(
                StreamName.room(new RoomId(room)),
                new StreamWindow(1, 1),
                0,
                new byte[0],
                Optional.empty(),
                Optional.of(new IdempotencyKey(new UserId(user), type, id, new byte[] {hash}, "m")),
                Long.MAX_VALUE));
    }
}
