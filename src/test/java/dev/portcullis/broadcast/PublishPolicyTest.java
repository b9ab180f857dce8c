package dev.portcullis.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.broadcast.Publication.Event;
import dev.portcullis.broadcast.Publication.Notification;
import dev.portcullis.broadcast.Publication.Post;
import dev.portcullis.broadcast.Publication.Removal;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PublishPolicyTest {
    private static final StreamWindow WINDOW = new StreamWindow(300, 86_400_000);

    private final PublishPolicy policy = policy(Policy.ALLOWLIST, BroadcastFixture.DEFAULT);

    @Test
    void message_is_stored_as_it_will_be_delivered() {
        JsonObject message = message(BroadcastFixture.with(
                Optional.of("01890000-0000-7000-8000-000000000000"),
                new Attachment("image", "https://a.example/x?a=1&b=2", "x.png")));
        assertThat(message).isEqualTo(new JsonObject("""
                        {"epoch":"e","seq":7,"type":"chat","roomId":"lobby","messageId":"m-1","userId":"ann",
                        "username":"Ann","content":"hello","mentions":[],"hashtags":[],"links":[],
                        "replyTo":"01890000-0000-7000-8000-000000000000",
                        "attachments":[{"type":"image","url":"https://a.example/x?a=1&b=2","name":"x.png"}],
                        "timestamp":1700000000000}"""));
    }

    @Test
    void append_of_an_admin_has_no_author_to_bar() {
        Sender admin = new Sender(new UserId("root"), Optional.empty(), Role.ADMIN, List.of(), "s-root");
        assertThat(append(BroadcastFixture.from(admin)).author()).isEmpty();
        assertThat(policy.removal(BroadcastFixture.from(admin), BroadcastFixture.BEN_REMOVED, BroadcastFixture.NOW)
                        .author())
                .isEmpty();
    }

    @Test
    void removal_bars_in_the_entry_that_announces_it() {
        AppendRequest append =
                policy.removal(BroadcastFixture.REMOVE_BEN, BroadcastFixture.BEN_REMOVED, BroadcastFixture.NOW);
        assertThat(append.stream()).isEqualTo(StreamName.room(BroadcastFixture.LOBBY));
        assertThat(append.window()).isEqualTo(WINDOW);
        assertThat(append.author()).as("a barred user cannot bar others").contains(new UserId("ann"));
        assertThat(append.barred()).contains(new UserId("ben"));
        assertThat(append.mostBars()).isEqualTo(10_000);
        assertThat(append.notAfter()).isEqualTo(BroadcastFixture.REMOVE_BEN.notAfter());
        AppendRequest.IdempotencyKey idempotencyKey = append.idempotencyKey().orElseThrow();
        assertThat(idempotencyKey.type()).isEqualTo("remove_user");
        assertThat(idempotencyKey.id()).isEqualTo("id-9");
        assertThat(idempotencyKey.messageId()).isEqualTo("m-9");
        assertThat(new JsonObject(Buffer.buffer(EntryFrame.frame(
                        new StreamEntry(append.stream(), new Position("e", 7), BroadcastFixture.NOW, append.body())))))
                .isEqualTo(new JsonObject("""
                        {"epoch":"e","seq":7,"type":"member_removed","roomId":"lobby","userId":"ben",
                        "reason":"spam &amp; &lt;b&gt;worse&lt;/b&gt;","timestamp":1700000000000}"""));
    }

    @Test
    void removal_of_another_user_or_for_another_reason_has_another_hash() {
        UserId ben = new UserId("ben");
        byte[] hash = hash(ben, Optional.of("spam"));
        assertThat(hash(ben, Optional.of("spam"))).isEqualTo(hash);
        assertThat(hash(new UserId("cleo"), Optional.of("spam"))).isNotEqualTo(hash);
        assertThat(hash(ben, Optional.empty())).isNotEqualTo(hash);
    }

    @ParameterizedTest
    @ValueSource(strings = {" \n", "\u2028", "\u200B", "\u3164\u2800", "\u034F", "\uDB40\uDC41"})
    void reason_without_displayable_characters_is_left_out(String nothing) {
        Removal blank = new Removal(BroadcastFixture.LOBBY, new UserId("ben"), Optional.of(nothing));
        assertThat(new String(
                        policy.removal(BroadcastFixture.REMOVE_BEN, blank, BroadcastFixture.NOW)
                                .body(),
                        StandardCharsets.UTF_8))
                .doesNotContain("reason");
    }

    private static byte[] hash(UserId target, Optional<String> reason) {
        return new Removal(BroadcastFixture.LOBBY, target, reason).hash();
    }

    @Test
    void message_is_appended_to_its_room_with_author_key_and_deadline() {
        AppendRequest append = append(BroadcastFixture.HELLO);
        assertThat(append.stream()).isEqualTo(StreamName.room(BroadcastFixture.LOBBY));
        assertThat(append.window()).isEqualTo(WINDOW);
        assertThat(append.timestamp()).isEqualTo(BroadcastFixture.NOW);
        assertThat(append.author()).contains(new UserId("ann"));
        assertThat(append.notAfter()).isEqualTo(BroadcastFixture.HELLO.notAfter());
        AppendRequest.IdempotencyKey idempotencyKey = append.idempotencyKey().orElseThrow();
        assertThat(idempotencyKey.user()).isEqualTo(new UserId("ann"));
        assertThat(idempotencyKey.type()).isEqualTo("chat");
        assertThat(idempotencyKey.id()).isEqualTo("id-1");
        assertThat(idempotencyKey.messageId()).isEqualTo("m-1");
        assertThat(idempotencyKey.bodyHash()).isEqualTo(BroadcastFixture.HELLO_TEXT.hash());
    }

    /** A policy that changes between two attempts must not turn a repetition into a conflict. */
    @Test
    void hash_covers_the_text_as_sent_and_not_as_sanitised() {
        PublishRequest markup = BroadcastFixture.withContent("<i>one</i> & two");
        AppendRequest kept = append(markup);
        AppendRequest escaped = decide(policy(Policy.ESCAPE, BroadcastFixture.DEFAULT), markup)
                .fold(append -> append, why -> {
                    throw new AssertionError(why);
                });
        assertThat(kept.body()).isNotEqualTo(escaped.body());
        assertThat(kept.idempotencyKey().orElseThrow().bodyHash())
                .isEqualTo(escaped.idempotencyKey().orElseThrow().bodyHash());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "<b>hi</b>, <b>hi</b>",
                "<b onclick=x>hi</b>, <b>hi</b>",
                "a < b & c, a &lt; b &amp; c",
                "&lt;b&gt;, &lt;b&gt;",
                "&amp;lt;, &amp;lt;",
            })
    void text_is_sanitised_once_and_its_original_is_kept_where_it_differs(String input, String content) {
        JsonObject message = message(BroadcastFixture.withContent(input));
        assertThat(message.getString("content")).isEqualTo(content);
        assertThat(Optional.ofNullable(message.getString("text")))
                .isEqualTo(Optional.of(input).filter(text -> !text.equals(content)));
    }

    @Test
    void mentions_hashtags_and_links_of_the_text_are_listed() {
        JsonObject message =
                message(BroadcastFixture.withContent("@ben see #news at https://a.example/ and http://1.2.3.4/"));
        assertThat(message.getJsonArray("mentions")).containsExactly("@ben");
        assertThat(message.getJsonArray("hashtags")).containsExactly("#news");
        assertThat(message.getJsonArray("links").stream())
                .containsExactly(
                        new JsonObject().put("url", "https://a.example/").put("safe", true),
                        new JsonObject().put("url", "http://1.2.3.4/").put("safe", false));
    }

    @Test
    void text_that_cannot_be_sanitised_is_refused() {
        assertThat(rejection(BroadcastFixture.withContent("a\0b"))).isEqualTo(invalid("/content"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Ann Lee, Ann Lee",
                "<b>Ann</b>, &lt;b&gt;Ann&lt;/b&gt;",
                "`A\u202enn`, Ann",
                "`A\nn\0n`, A nn",
                "`A\u2028nn`, A nn",
                "`Ann \u2067x`, `Ann \u2067x\u2069`",
            })
    void username_of_the_token_becomes_one_safe_line(String name, String shown) {
        assertThat(named(name).getString("username")).isEqualTo(shown);
    }

    @Test
    void username_is_bounded_and_left_out_if_nothing_of_it_is_seen() {
        assertThat(named("\ud83d\ude80".repeat(65)).getString("username")).isEqualTo("\ud83d\ude80".repeat(64));
        for (String nothing : List.of(
                "", " ", "\u202e", "\n\t", "\u200B", "\u3164", "\u2800", "\u034F", "\uDB40\uDC41\uDB40\uDC42")) {
            assertThat(named(nothing).containsKey("username")).isFalse();
        }
        assertThat(message(BroadcastFixture.from(BroadcastFixture.sender("ann", Optional.empty())))
                        .containsKey("username"))
                .isFalse();
    }

    @Test
    void url_with_apostrophes_cannot_end_an_attribute_in_single_quotes() {
        String attack = "https://a.example/x.png'onerror='alert(1)";
        JsonObject file = message(BroadcastFixture.with(Optional.empty(), new Attachment("image", attack, "x.png")))
                .getJsonArray("attachments")
                .getJsonObject(0);
        String element = "<img src='" + file.getString("url") + "'>";
        assertThat(element).isEqualTo("<img src='https://a.example/x.png%27onerror=%27alert(1)'>");
    }

    @Test
    void file_names_are_sanitised_and_plain_urls_are_kept() {
        JsonObject file = message(BroadcastFixture.with(
                        Optional.empty(), new Attachment("file", "https://a.example/?a&b", "<x>\u202e\"y\".pdf")))
                .getJsonArray("attachments")
                .getJsonObject(0);
        assertThat(file.getString("name")).isEqualTo("&lt;x&gt;&quot;y&quot;.pdf");
        assertThat(file.getString("url")).isEqualTo("https://a.example/?a&b");
    }

    /** File names lose nothing silently: each one that leads to another folder (CWE-22) is reported. */
    @Test
    void every_invalid_file_name_is_refused_with_its_path() {
        PublishRequest request =
                BroadcastFixture.with(Optional.empty(), file("../x"), file("fine.txt"), file("a/b"), file(".\u202e."));
        assertThat(rejection(request))
                .isEqualTo(invalid("/attachments/0/name", "/attachments/2/name", "/attachments/3/name"));
    }

    @Test
    void message_of_the_configured_size_is_accepted_and_one_byte_more_is_too_large() {
        AppendRequest append = append(BroadcastFixture.HELLO);
        StreamName room = StreamName.room(BroadcastFixture.LOBBY);
        Position lastPosition = new Position("x".repeat(32), Long.MAX_VALUE);
        int longest = EntryFrame.frame(new StreamEntry(room, lastPosition, 0, append.body())).length;
        assertThat(decide(policy(Policy.ALLOWLIST, BroadcastFixture.config(4_000, longest)), BroadcastFixture.HELLO))
                .isInstanceOf(Result.Done.class);
        assertThat(decide(
                        policy(Policy.ALLOWLIST, BroadcastFixture.config(4_000, longest - 1)), BroadcastFixture.HELLO))
                .isEqualTo(Result.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
    }

    @Test
    void message_that_ends_says_so_to_its_readers_and_to_the_store() {
        PublishRequest request = ending(60_000);
        assertThat(append(request).expiresAt()).contains(BroadcastFixture.NOW + 60_000);
        assertThat(message(request).getLong("expiresInMs")).isEqualTo(60_000);
        assertThat(append(BroadcastFixture.HELLO).expiresAt()).isEmpty();
        assertThat(hash(request)).isNotEqualTo(hash(ending(60_001))).isNotEqualTo(hash(BroadcastFixture.HELLO));
    }

    @ParameterizedTest
    @CsvSource({"60000, 60000, true", "60000, 60001, false", "0, 1000, false"})
    void end_beyond_the_longest_one_is_refused(long longest, long wanted, boolean taken) {
        BroadcastConfig config = BroadcastFixture.endingWithin(longest);
        Rejection refusal = Rejection.invalid(List.of(new Violation("/expiresInMs", "maximum")));
        Result<AppendRequest, Rejection> judged = decide(policy(Policy.ALLOWLIST, config), ending(wanted));
        assertThat(judged.<Optional<Rejection>>fold(any -> Optional.empty(), Optional::of))
                .isEqualTo(taken ? Optional.empty() : Optional.of(refusal));
    }

    private static PublishRequest ending(long expiresInMs) {
        PublishRequest hello = BroadcastFixture.HELLO;
        Publication.Message message = BroadcastFixture.message("hello", Optional.empty());
        return BroadcastFixture.asked(
                hello.from(),
                new Publication.Message(
                        message.target(),
                        message.content(),
                        message.replyTo(),
                        message.attachments(),
                        Optional.of(expiresInMs)),
                hello.messageId(),
                hello.key(),
                hello.notAfter());
    }

    private static byte[] hash(PublishRequest request) {
        return request.publication().hash();
    }

    @Test
    void large_attachments_make_a_message_too_large() {
        Attachment huge = new Attachment("file", "https://a.example/" + "\u4e2d".repeat(2_000), "x");
        assertThat(decide(
                        policy,
                        BroadcastFixture.with(
                                Optional.empty(), Collections.nCopies(10, huge).toArray(Attachment[]::new))))
                .isInstanceOf(Result.Done.class);
        Attachment larger = new Attachment("file", "https://a.example/" + "\ud83d\ude80".repeat(2_000), "x");
        assertThat(rejection(BroadcastFixture.with(
                        Optional.empty(), Collections.nCopies(10, larger).toArray(Attachment[]::new))))
                .isEqualTo(Rejection.of(Reason.MESSAGE_TOO_LARGE));
    }

    /** The schema bounds the data as they were sent. */
    @Test
    void event_that_grew_by_being_made_safe_is_too_large_beyond_the_largest_message() {
        assertThat(policy.event(BroadcastFixture.HELLO, eventOf("&lt;".repeat(16_000)), BroadcastFixture.NOW))
                .isInstanceOf(Result.Done.class);
        assertThat(policy.event(BroadcastFixture.HELLO, eventOf("&lt;".repeat(30_000)), BroadcastFixture.NOW))
                .isEqualTo(Result.refused(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
    }

    private static Event eventOf(String text) {
        byte[] data = ('"' + text + '"').getBytes(StandardCharsets.UTF_8);
        return Event.of(new Target.ToRoom(BroadcastFixture.LOBBY), "note", data, data);
    }

    @Test
    void notification_is_an_entry_of_the_stream_of_notifications_with_a_safe_text() {
        AppendRequest append = notified("down <b>soon<script>").fold(done -> done, why -> {
            throw new AssertionError(why);
        });
        assertThat(append.stream()).isEqualTo(StreamName.notifications());
        assertThat(append.window()).isEqualTo(BroadcastFixture.DEFAULT.notifications());
        assertThat(append.author()).isEmpty();
        assertThat(append.notAfter()).isEqualTo(BroadcastFixture.HELLO.notAfter());
        assertThat(append.idempotencyKey().orElseThrow().type()).isEqualTo("system_broadcast");
        assertThat(new JsonObject(Buffer.buffer("{").appendBytes(append.body())))
                .isEqualTo(new JsonObject()
                        .put("type", "notification")
                        .put("level", "info")
                        .put("content", "down <b>soon</b>")
                        .put("timestamp", BroadcastFixture.NOW));
    }

    @Test
    void notification_whose_text_can_not_be_published_is_refused() {
        assertThat(notified("a\u0000b")).isEqualTo(Result.refused(invalid("/content")));
    }

    @Test
    void another_notification_has_another_hash() {
        assertThat(new Notification("one").hash())
                .isEqualTo(new Notification("one").hash())
                .isNotEqualTo(new Notification("two").hash());
    }

    private Result<AppendRequest, Rejection> notified(String text) {
        Notification notification = new Notification(text);
        return policy.notification(
                BroadcastFixture.asked(
                        BroadcastFixture.ANN, notification, "m-1", "id-1", BroadcastFixture.HELLO.notAfter()),
                notification,
                BroadcastFixture.NOW);
    }

    /** Requests are logged where something fails. */
    @Test
    void publication_does_not_print_its_text() {
        Target to = new Target.ToRoom(BroadcastFixture.LOBBY);
        byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
        for (Publication each : List.of(
                BroadcastFixture.message("secret", Optional.empty()),
                Event.of(to, "note", secret, secret),
                new Amendment(to, "m-1", Optional.of("secret"), false),
                new Removal(BroadcastFixture.LOBBY, new UserId("ben"), Optional.of("secret")),
                new Notification("secret"))) {
            assertThat(BroadcastFixture.asked(BroadcastFixture.ANN, each, "m-1", "id-1", 1)
                            .toString())
                    .doesNotContain("secret");
        }
    }

    private JsonObject named(String username) {
        return message(BroadcastFixture.from(BroadcastFixture.sender("ann", Optional.of(username))));
    }

    private JsonObject message(PublishRequest request) {
        AppendRequest append = append(request);
        StreamEntry entry = new StreamEntry(append.stream(), new Position("e", 7), append.timestamp(), append.body());
        return new JsonObject(Buffer.buffer(EntryFrame.frame(entry)));
    }

    private AppendRequest append(PublishRequest request) {
        return decide(policy, request).fold(append -> append, why -> {
            throw new AssertionError(why);
        });
    }

    private Rejection rejection(PublishRequest request) {
        return decide(policy, request)
                .fold(
                        append -> {
                            throw new AssertionError(append);
                        },
                        why -> why);
    }

    private static Result<AppendRequest, Rejection> decide(PublishPolicy policy, PublishRequest request) {
        return policy.post(request, (Post) request.publication(), BroadcastFixture.NOW);
    }

    private static PublishPolicy policy(Policy policy, BroadcastConfig config) {
        return BroadcastFixture.policy(policy, config);
    }

    private static Attachment file(String name) {
        return new Attachment("file", "https://a.example/x", name);
    }

    private static Rejection invalid(String... paths) {
        return Rejection.invalid(
                Stream.of(paths).map(path -> new Violation(path, "pattern")).toList());
    }
}
