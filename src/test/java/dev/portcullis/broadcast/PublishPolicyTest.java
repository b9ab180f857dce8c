package dev.portcullis.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.ClientFrame.Attachment;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
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

class PublishPolicyTest {
    private static final Retention RETENTION = new Retention(300, 86_400_000);

    private final PublishPolicy policy = policy(Policy.ALLOWLIST, BroadcastFixture.DEFAULT);

    @Test
    void a_message_is_stored_as_it_will_be_delivered() {
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
    void an_admin_is_met_by_no_bar() {
        Sender admin = new Sender(new UserId("root"), Optional.empty(), Role.ADMIN, List.of(), "s-root");
        assertThat(append(BroadcastFixture.from(admin)).author()).isEmpty();
        RemovalRequest removal = new RemovalRequest(
                admin,
                BroadcastFixture.LOBBY,
                new UserId("ben"),
                Optional.empty(),
                "m-9",
                "id-9",
                BroadcastFixture.REMOVE_BEN.notAfter());
        assertThat(policy.remove(removal, BroadcastFixture.NOW).author()).isEmpty();
    }

    @Test
    void a_removal_bars_in_the_entry_that_says_so() {
        AppendRequest append = policy.remove(BroadcastFixture.REMOVE_BEN, BroadcastFixture.NOW);
        assertThat(append.stream()).isEqualTo(StreamName.room(BroadcastFixture.LOBBY));
        assertThat(append.retention()).isEqualTo(RETENTION);
        assertThat(append.author()).as("who is barred can't bar others").contains(new UserId("ann"));
        assertThat(append.bars()).contains(new UserId("ben"));
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
    void a_removal_is_another_one_if_it_is_of_somebody_else_or_for_another_reason() {
        byte[] hash = hash(BroadcastFixture.REMOVE_BEN.target(), BroadcastFixture.REMOVE_BEN.reason());
        assertThat(hash(BroadcastFixture.REMOVE_BEN.target(), BroadcastFixture.REMOVE_BEN.reason()))
                .isEqualTo(hash);
        assertThat(hash(new UserId("cleo"), BroadcastFixture.REMOVE_BEN.reason())).isNotEqualTo(hash);
        assertThat(hash(BroadcastFixture.REMOVE_BEN.target(), Optional.empty())).isNotEqualTo(hash);
    }

    @Test
    void a_reason_of_which_nothing_can_be_shown_is_none() {
        RemovalRequest blank = new RemovalRequest(
                BroadcastFixture.ANN,
                BroadcastFixture.LOBBY,
                new UserId("ben"),
                Optional.of(" \n"),
                "m-9",
                "id-9",
                BroadcastFixture.NOW);
        assertThat(new String(policy.remove(blank, BroadcastFixture.NOW).body(), StandardCharsets.UTF_8))
                .doesNotContain("reason");
    }

    private static byte[] hash(UserId whom, Optional<String> reason) {
        return BodyHash.of(new RemovalRequest(
                BroadcastFixture.ANN, BroadcastFixture.LOBBY, whom, reason, "m-9", "id-9", BroadcastFixture.NOW));
    }

    @Test
    void it_is_appended_to_its_room_by_its_author_under_its_key_until_its_time_is_over() {
        AppendRequest append = append(BroadcastFixture.HELLO);
        assertThat(append.stream()).isEqualTo(StreamName.room(BroadcastFixture.LOBBY));
        assertThat(append.retention()).isEqualTo(RETENTION);
        assertThat(append.timestamp()).isEqualTo(BroadcastFixture.NOW);
        assertThat(append.author()).contains(new UserId("ann"));
        assertThat(append.notAfter()).isEqualTo(BroadcastFixture.HELLO.notAfter());
        AppendRequest.IdempotencyKey idempotencyKey = append.idempotencyKey().orElseThrow();
        assertThat(idempotencyKey.user()).isEqualTo(new UserId("ann"));
        assertThat(idempotencyKey.type()).isEqualTo("chat");
        assertThat(idempotencyKey.id()).isEqualTo("id-1");
        assertThat(idempotencyKey.messageId()).isEqualTo("m-1");
        assertThat(idempotencyKey.bodyHash()).isEqualTo(BodyHash.of(BroadcastFixture.HELLO));
    }

    /** A policy that was changed between two attempts must not make a conflict of a repetition. */
    @Test
    void the_hash_is_of_what_was_sent_and_not_of_what_was_made_of_it() {
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
    void a_text_is_made_safe_once_and_its_original_goes_along_where_it_differs(String input, String content) {
        JsonObject message = message(BroadcastFixture.withContent(input));
        assertThat(message.getString("content")).isEqualTo(content);
        assertThat(Optional.ofNullable(message.getString("text")))
                .isEqualTo(Optional.of(input).filter(text -> !text.equals(content)));
    }

    @Test
    void what_the_text_mentions_is_listed() {
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
    void a_text_that_can_not_be_made_safe_is_refused() {
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
                "`Ann \u2067x`, `Ann \u2067x\u2069`",
            })
    void a_name_from_the_token_is_one_safe_line(String name, String shown) {
        assertThat(named(name).getString("username")).isEqualTo(shown);
    }

    @Test
    void a_name_is_bounded_and_one_of_nothing_is_none() {
        assertThat(named("\ud83d\ude80".repeat(65)).getString("username")).isEqualTo("\ud83d\ude80".repeat(64));
        for (String nothing : List.of("", " ", "\u202e", "\n\t")) {
            assertThat(named(nothing).containsKey("username")).isFalse();
        }
        assertThat(message(BroadcastFixture.from(BroadcastFixture.sender("ann", Optional.empty())))
                        .containsKey("username"))
                .isFalse();
    }

    @Test
    void an_address_with_apostrophes_can_not_end_an_attribute_in_single_quotes() {
        String attack = "https://a.example/x.png'onerror='alert(1)";
        JsonObject file = message(BroadcastFixture.with(Optional.empty(), new Attachment("image", attack, "x.png")))
                .getJsonArray("attachments")
                .getJsonObject(0);
        String element = "<img src='" + file.getString("url") + "'>";
        assertThat(element).isEqualTo("<img src='https://a.example/x.png%27onerror=%27alert(1)'>");
    }

    @Test
    void the_names_of_files_are_made_safe_and_plain_addresses_are_not_touched() {
        JsonObject file = message(BroadcastFixture.with(
                        Optional.empty(), new Attachment("file", "https://a.example/?a&b", "<x>\u202e\"y\".pdf")))
                .getJsonArray("attachments")
                .getJsonObject(0);
        assertThat(file.getString("name")).isEqualTo("&lt;x&gt;&quot;y&quot;.pdf");
        assertThat(file.getString("url")).isEqualTo("https://a.example/?a&b");
    }

    /** Names of files lose nothing silently: each that leads elsewhere (CWE-22) is named. */
    @Test
    void every_unfit_file_name_is_refused_with_its_path() {
        PublishRequest request =
                BroadcastFixture.with(Optional.empty(), file("../x"), file("fine.txt"), file("a/b"), file(".\u202e."));
        assertThat(rejection(request))
                .isEqualTo(invalid("/attachments/0/name", "/attachments/2/name", "/attachments/3/name"));
    }

    @Test
    void a_delivered_message_has_at_most_as_many_bytes_as_configured_and_one_more_is_too_large() {
        AppendRequest append = append(BroadcastFixture.HELLO);
        StreamName room = StreamName.room(BroadcastFixture.LOBBY);
        Position furthest = new Position("x".repeat(32), Long.MAX_VALUE);
        int longest = EntryFrame.frame(new StreamEntry(room, furthest, 0, append.body())).length;
        assertThat(decide(
                        policy(Policy.ALLOWLIST, new BroadcastConfig(4_000, 261_120, longest, 1 << 16, 10_000)),
                        BroadcastFixture.HELLO))
                .isInstanceOf(PublishDecision.Append.class);
        assertThat(decide(
                        policy(Policy.ALLOWLIST, new BroadcastConfig(4_000, 261_120, longest - 1, 1 << 16, 10_000)),
                        BroadcastFixture.HELLO))
                .isEqualTo(new PublishDecision.Reject(Rejection.of(Reason.MESSAGE_TOO_LARGE)));
    }

    @Test
    void attachments_can_make_a_message_too_large() {
        Attachment huge = new Attachment("file", "https://a.example/" + "\u4e2d".repeat(2_000), "x");
        assertThat(decide(
                        policy,
                        BroadcastFixture.with(
                                Optional.empty(), Collections.nCopies(10, huge).toArray(Attachment[]::new))))
                .isInstanceOf(PublishDecision.Append.class);
        Attachment larger = new Attachment("file", "https://a.example/" + "\ud83d\ude80".repeat(2_000), "x");
        assertThat(rejection(BroadcastFixture.with(
                        Optional.empty(), Collections.nCopies(10, larger).toArray(Attachment[]::new))))
                .isEqualTo(Rejection.of(Reason.MESSAGE_TOO_LARGE));
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

    private static PublishDecision decide(PublishPolicy policy, PublishRequest request) {
        return policy.judge(request, BroadcastFixture.NOW);
    }

    private static PublishPolicy policy(Policy policy, BroadcastConfig config) {
        return new PublishPolicy(new ContentPolicy(new ContentConfig(policy, false)), RETENTION, config);
    }

    private static Attachment file(String name) {
        return new Attachment("file", "https://a.example/x", name);
    }

    private static Rejection invalid(String... paths) {
        return Rejection.invalid(
                Stream.of(paths).map(path -> new Violation(path, "pattern")).toList());
    }
}
