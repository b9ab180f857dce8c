package dev.portcullis.broadcast;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.LatestHistory.Page;
import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Permit;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.DeliveredMessage;
import dev.portcullis.protocol.codec.MemberRemoved;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.InboxConfig;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages of the history over a real store. */
class LatestHistoryTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final RoomId ROOM = new RoomId("lobby");
    private static final Target TO_ROOM = new Target.ToRoom(ROOM);
    private static final StreamName STREAM = StreamName.room(ROOM);
    private static final StreamWindow KEPT = new StreamWindow(1_000, 86_400_000);
    private static final UserId ANN = new UserId("ann");
    private static final Sender AUTHOR = new Sender(ANN, Optional.empty(), Role.MEMBER, List.of(), "s");
    private static final Bounds PLENTY = new Bounds(50, 1 << 20);

    @TempDir
    Path folder;

    private EmbeddedStore store;
    private StreamStore streams;
    private LatestHistory history;
    private int amendments;

    private final PublishPolicy policy = new PublishPolicy(
            new ContentPolicy(new ContentConfig(Policy.ALLOWLIST, false)),
            BroadcastConfig.read(
                    section(Map.of("editsPerMessage", 1_000L)), section(Map.of()), CircuitBreaker.Config.STANDARD),
            StreamWindows.fixed(KEPT, KEPT),
            InboxConfig.read(section(Map.of())));

    private static Section section(Map<String, Object> values) {
        return Section.root(values, new ConfigReading(Map.of(), Path.of(".")));
    }

    @BeforeEach
    void open() throws Exception {
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        streams = done(EmbeddedStreamStore.open(store, () -> NOW));
        history = new LatestHistory(streams);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void edited_message_has_its_own_place_and_attachments_with_the_content_of_the_newest_edit() throws Exception {
        publish("m1", "one @ben https://a.example <b>x");
        publish("m2", "two");
        amend("m1", Optional.of("first edit @cleo"));
        amend("m1", Optional.of("newest <i>edit"));
        Page page = page(Long.MAX_VALUE, PLENTY);
        assertThat(page.more()).isFalse();
        assertThat(page.messages()).hasSize(2);
        JsonObject shown = json(page, 0);
        assertThat(shown.encode()).startsWith("{\"epoch\":\"" + page.head().epoch() + "\",\"seq\":1,\"type\":\"chat\"");
        assertThat(shown.getString("messageId")).isEqualTo("m1");
        assertThat(shown.getString("username")).isEqualTo("Ann");
        assertThat(shown.getString("content")).isEqualTo("newest <i>edit</i>");
        assertThat(shown.getString("text")).isEqualTo("newest <i>edit");
        assertThat(shown.getJsonArray("mentions")).isEmpty();
        assertThat(shown.getJsonArray("links")).isEmpty();
        assertThat(shown.getString("replyTo")).isEqualTo("r1");
        assertThat(shown.getJsonArray("attachments")).hasSize(1);
        assertThat(shown.getLong("timestamp")).isEqualTo(NOW - 5);
        assertThat(shown.getJsonObject("edited"))
                .isEqualTo(new JsonObject().put("seq", 4).put("timestamp", NOW));
        assertThat(json(page, 1).containsKey("edited")).isFalse();
    }

    @Test
    void text_of_the_original_is_gone_where_the_edit_needs_none() throws Exception {
        publish("m1", "one <b>x");
        amend("m1", Optional.of("plain"));
        assertThat(json(page(Long.MAX_VALUE, PLENTY), 0).containsKey("text")).isFalse();
    }

    @Test
    void deleted_message_shows_nothing_but_that_there_was_one() throws Exception {
        publish("m1", "secret one");
        amend("m1", Optional.of("secret two"));
        amend("m1", Optional.empty());
        Page page = page(Long.MAX_VALUE, PLENTY);
        assertThat(page.messages()).hasSize(1);
        assertThat(json(page, 0))
                .isEqualTo(new JsonObject()
                        .put("epoch", page.head().epoch())
                        .put("seq", 1)
                        .put("type", "message_deleted")
                        .put("roomId", "lobby")
                        .put("messageId", "m1")
                        .put("userId", "ann")
                        .put("timestamp", NOW));
    }

    @Test
    void entry_that_is_no_message_keeps_its_place() throws Exception {
        publish("m1", "one");
        done(streams.append(append(new MemberRemoved(ROOM, new UserId("ben"), Optional.empty(), NOW).body())));
        Page page = page(Long.MAX_VALUE, PLENTY);
        assertThat(json(page, 1).getString("type")).isEqualTo("member_removed");
    }

    @Test
    void page_is_filled_over_hundreds_of_edits_and_more_says_whether_older_messages_are_left() throws Exception {
        for (int i = 1; i <= 5; i++) {
            publish("m" + i, "text " + i);
        }
        for (int i = 0; i < 300; i++) {
            amend("m5", Optional.of("edit " + i));
        }
        Page newest = page(Long.MAX_VALUE, new Bounds(2, 1 << 20));
        assertThat(contents(newest)).containsExactly("text 4", "edit 299");
        assertThat(newest.more()).isTrue();
        Page older = page(4, new Bounds(2, 1 << 20));
        assertThat(contents(older)).containsExactly("text 2", "text 3");
        assertThat(older.more()).isTrue();
        Page oldest = page(2, new Bounds(2, 1 << 20));
        assertThat(contents(oldest)).containsExactly("text 1");
        assertThat(oldest.more()).isFalse();
        assertThat(page(1, PLENTY).messages()).isEmpty();
        assertThat(page(4, new Bounds(3, 1 << 20)).more())
                .as("exactly as many as there are")
                .isFalse();
    }

    @Test
    void page_ends_at_its_bytes_and_has_one_message_at_least() throws Exception {
        publish("m1", "a".repeat(400));
        publish("m2", "b".repeat(400));
        amend("m2", Optional.of("c".repeat(900)));
        Page page = page(Long.MAX_VALUE, new Bounds(50, 600));
        assertThat(contents(page)).containsExactly("c".repeat(900));
        assertThat(page.more()).isTrue();
        Page both = page(Long.MAX_VALUE, new Bounds(50, 8_000));
        assertThat(both.messages()).hasSize(2);
        assertThat(both.messages().stream().mapToInt(each -> each.length).sum()).isLessThan(8_000);
    }

    @Test
    void empty_stream_has_an_empty_page_with_its_epoch() throws Exception {
        Page page = page(Long.MAX_VALUE, PLENTY);
        assertThat(page.messages()).isEmpty();
        assertThat(page.more()).isFalse();
        assertThat(page.head().epoch()).isNotEmpty();
    }

    private Page page(long before, Bounds bounds) throws Exception {
        return done(history.before(STREAM, before, bounds));
    }

    private void publish(String id, String text) throws Exception {
        byte[] body = new DeliveredMessage(
                        TO_ROOM,
                        id,
                        ANN,
                        Optional.of("Ann"),
                        text,
                        Optional.of(text),
                        List.of("@ben"),
                        List.of(),
                        List.of(new DeliveredMessage.Link("https://a.example", true)),
                        Optional.of("r1"),
                        List.of(new Attachment("file", "https://a.example/f", "f.txt")),
                        NOW - 5,
                        Optional.empty())
                .body();
        done(streams.append(append(body).carrying(new Message(id, ANN))));
    }

    private void amend(String id, Optional<String> content) throws Exception {
        Amendment amendment = new Amendment(TO_ROOM, id, content, false);
        PublishRequest request =
                new PublishRequest(AUTHOR, amendment, id, "key-" + amendments++, Long.MAX_VALUE, Permit.UNCONDITIONAL);
        AppendResult result =
                done(policy.amendment(request, amendment, STREAM, NOW).fold(streams::amend, why -> {
                    throw new AssertionError(why);
                }));
        assertThat(result).isInstanceOf(AppendResult.Stored.class);
    }

    private static AppendRequest append(byte[] body) {
        return new AppendRequest(STREAM, KEPT, NOW, body, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
    }

    private static JsonObject json(Page page, int index) {
        return new JsonObject(Buffer.buffer(page.messages().get(index)));
    }

    private static List<String> contents(Page page) {
        return IntStream.range(0, page.messages().size())
                .mapToObj(i -> json(page, i).getString("content"))
                .toList();
    }
}
