package dev.portcullis.broadcast.user;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.user.UserStreams.DisownCopies;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is taken from the user in the inboxes that only the copies in the own one name. */
@ExtendWith(VertxExtension.class)
class UserStreamsResponderTest {
    private static final UserId LEO = new UserId("leo");
    private static final UserId KIM = new UserId("kim");
    private static final UserId EVE = new UserId("eve");
    private static final long NOW = 1_795_000_000_000L;

    @TempDir
    Path folder;

    private EmbeddedStore store;
    private EmbeddedStreamStore streams;
    private Bus bus;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        store = EmbeddedStore.open(
                folder.resolve("store"), new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = await(EmbeddedStreamStore.open(store, () -> NOW));
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        await(new UserStreamsResponder(streams, streams.inboxes(), streams.erasures(), changed -> {}, () -> NOW)
                .answer(bus, 0));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void recipient_of_an_event_is_found_beside_any_data() throws Exception {
        List<String> data = List.of("1." + "0".repeat(50_000), "1e-99999999999", "{\"recipientId\":\"eve\"}", "\"x\"");
        append(StreamName.inbox(EVE), "m-eve", "\"userId\":\"leo\"}");
        for (int i = 0; i < data.size(); i++) {
            UserId friend = new UserId("friend-" + i);
            append(StreamName.inbox(friend), "m-" + i, "\"userId\":\"leo\"}");
            append(
                    StreamName.inbox(LEO),
                    "c-" + i,
                    "\"userId\":\"leo\",\"data\":" + data.get(i) + ",\"recipientId\":\"" + friend.value() + "\"}");
        }

        await(bus.askLong(UserStreams.DISOWN_COPIES, new DisownCopies(LEO, 0, NOW)));

        for (int i = 0; i < data.size(); i++) {
            assertThat(text(new UserId("friend-" + i))).contains("\"userId\":\"deleted\"");
        }
        assertThat(text(EVE)).as("a user whom only data name").contains("\"userId\":\"leo\"");
    }

    @Test
    void sender_of_a_message_to_the_user_is_found_too() throws Exception {
        append(StreamName.inbox(KIM), "m-1", "\"userId\":\"leo\"}");
        append(StreamName.inbox(LEO), "m-2", "\"userId\":\"kim\",\"content\":\"hello\"}");

        await(bus.askLong(UserStreams.DISOWN_COPIES, new DisownCopies(LEO, 0, NOW)));

        assertThat(text(KIM)).contains("\"userId\":\"deleted\"");
    }

    private void append(StreamName stream, String id, String fields) throws Exception {
        await(streams.append(new AppendRequest(
                        stream,
                        new Retention(1_000, TimeUnit.DAYS.toMillis(30)),
                        NOW,
                        ("\"type\":\"event\"," + fields).getBytes(UTF_8),
                        Optional.empty(),
                        Optional.of(new IdempotencyKey(LEO, "event", id, new byte[16], id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, LEO))));
    }

    private String text(UserId owner) throws Exception {
        return new String(
                await(streams.after(StreamName.inbox(owner), 0, new Bounds(10, 1 << 20)))
                        .entries()
                        .get(0)
                        .body(),
                UTF_8);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }
}
