package dev.portcullis.broadcast.user;

import static dev.portcullis.kit.Await.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.user.UserStreams.Disown;
import dev.portcullis.broadcast.user.UserStreams.DisownInboxes;
import dev.portcullis.broadcast.user.UserStreams.Disowned;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.IdempotencyKey;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
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
    private final AtomicLong time = new AtomicLong(NOW);
    private volatile long step; // by which each look at the clock moves it
    private int ids;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        store = EmbeddedStore.open(
                folder.resolve("store"), new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = done(EmbeddedStreamStore.open(store, () -> NOW));
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        done(new UserStreamsResponder(
                        streams,
                        new BlockListStore(new EmbeddedRowStore(store, () -> NOW)),
                        streams.erasures(),
                        changed -> {},
                        () -> time.getAndAdd(step))
                .answer(bus, 0));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void recipient_of_an_event_is_found_beside_any_data() throws Exception {
        List<String> data = List.of("1." + "0".repeat(50_000), "1e-99999999999", "{\"recipientId\":\"eve\"}", "\"x\"");
        append(EVE, LEO, EVE, "");
        for (int i = 0; i < data.size(); i++) {
            UserId friend = new UserId("friend-" + i);
            append(friend, LEO, friend, "");
            append(LEO, LEO, friend, ",\"data\":" + data.get(i));
        }

        done(bus.askLong(UserStreams.DISOWN_INBOXES, new DisownInboxes(LEO, Optional.empty(), NOW, false)));

        for (int i = 0; i < data.size(); i++) {
            assertThat(text(new UserId("friend-" + i))).contains("\"userId\":\"deleted\"");
        }
        assertThat(text(EVE)).as("a user whom only data name").contains("\"userId\":\"leo\"");
    }

    @Test
    void sender_of_a_message_to_the_user_is_found_too() throws Exception {
        append(KIM, LEO, KIM, "");
        append(LEO, KIM, LEO, ",\"content\":\"hello\"");

        done(bus.askLong(UserStreams.DISOWN_INBOXES, new DisownInboxes(LEO, Optional.empty(), NOW, false)));

        assertThat(text(KIM)).contains("\"userId\":\"deleted\"");
    }

    @Test
    void part_ends_in_time_and_the_rest_goes_on_behind_it() throws Exception {
        List<UserId> friends =
                IntStream.range(0, 5).mapToObj(i -> new UserId("friend-" + i)).toList();
        for (UserId friend : friends) {
            append(friend, LEO, friend, "");
        }
        step = 600; // two streams take more than a part may

        Disowned part = done(bus.askLong(UserStreams.DISOWN, new Disown(LEO, "", Long.MAX_VALUE, false)));
        assertThat(disowned(friends)).isBetween(1L, 3L);
        int parts = 1;
        while (!part.next().isEmpty()) {
            part = done(bus.askLong(UserStreams.DISOWN, new Disown(LEO, part.next(), Long.MAX_VALUE, false)));
            parts++;
        }
        assertThat(disowned(friends)).isEqualTo(5);
        assertThat(parts).isGreaterThan(2);
    }

    @Test
    void own_inbox_names_those_whom_the_user_wrote_to_until_it_is_cleared() throws Exception {
        append(LEO, LEO, LEO, "");
        append(LEO, LEO, KIM, "");

        done(bus.askLong(UserStreams.DISOWN, new Disown(LEO, "", NOW, false)));

        assertThat(text(LEO)).contains("\"userId\":\"leo\"");
    }

    private long disowned(List<UserId> owners) throws Exception {
        long count = 0;
        for (UserId owner : owners) {
            count += text(owner).contains("\"userId\":\"deleted\"") ? 1 : 0;
        }
        return count;
    }

    /** An entry of an inbox, as broadcast writes it. */
    private void append(UserId owner, UserId author, UserId recipient, String rest) throws Exception {
        String id = "m-" + ++ids;
        String body = "\"type\":\"event\",\"recipientId\":\"" + recipient.value() + "\",\"messageId\":\"" + id
                + "\",\"userId\":\"" + author.value() + "\"" + rest + "}";
        done(streams.append(new AppendRequest(
                        StreamName.inbox(owner),
                        new StreamWindow(1_000, TimeUnit.DAYS.toMillis(30)),
                        NOW,
                        body.getBytes(UTF_8),
                        Optional.empty(),
                        Optional.of(new IdempotencyKey(author, "event", id, new byte[16], id)),
                        Long.MAX_VALUE)
                .carrying(new Message(id, author))));
    }

    private String text(UserId owner) throws Exception {
        return new String(
                done(streams.after(StreamName.inbox(owner), 0, new Bounds(10, 1 << 20)))
                        .entries()
                        .get(0)
                        .body(),
                UTF_8);
    }
}
