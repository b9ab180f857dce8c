package dev.portcullis.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.BroadcastConfig.AmendConfig;
import dev.portcullis.broadcast.Publication.Amendment;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.StreamName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AmendmentTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final RoomId ROOM = new RoomId("lobby");
    private static final StreamName STREAM = StreamName.room(ROOM);

    @Test
    void edit_names_its_author_and_message_and_is_possible_within_the_window() {
        AmendRequest edit = amended(policy(65_536), amendment(Role.MEMBER, Optional.of("new <script>x</script>")));
        assertThat(edit.change()).isEqualTo(Change.EDIT);
        assertThat(edit.by()).isEqualTo(new UserId("ann"));
        assertThat(edit.ofAnyAuthor()).isFalse();
        assertThat(edit.notBefore()).isEqualTo(NOW - 86_400_000);
        assertThat(edit.append().author()).contains(new UserId("ann"));
        assertThat(edit.append().notAfter()).isEqualTo(NOW + 9);
        JsonObject body = body(edit);
        assertThat(body.getString("type")).isEqualTo("message_edited");
        assertThat(body.getString("userId")).isEqualTo("ann");
        assertThat(body.getString("content")).doesNotContain("<script");
    }

    @Test
    void deletion_is_possible_at_any_age_and_no_bar_applies_to_an_admin() {
        AmendRequest deletion = amended(policy(65_536), amendment(Role.ADMIN, Optional.empty()));
        assertThat(deletion.change()).isEqualTo(Change.DELETE);
        assertThat(deletion.notBefore()).isEqualTo(Long.MIN_VALUE);
        assertThat(deletion.append().author()).isEmpty();
        assertThat(body(deletion).fieldNames()).containsExactly("type", "roomId", "messageId", "userId", "timestamp");
    }

    @Test
    void search_is_bounded_by_what_is_kept_and_by_the_configuration() {
        assertThat(amended(policy(65_536), amendment(Role.MEMBER, Optional.empty()))
                        .searched())
                .isEqualTo(300);
        PublishPolicy few = policy(65_536, new AmendConfig(1_000, 7, 3));
        assertThat(amended(few, amendment(Role.MEMBER, Optional.empty())).searched())
                .isEqualTo(7);
        assertThat(amended(few, amendment(Role.MEMBER, Optional.of("x"))).mostEdits())
                .isEqualTo(3);
    }

    @Test
    void key_depends_on_the_type_and_the_hash_on_message_and_text() {
        AmendRequest edit = amended(policy(65_536), amendment(Role.MEMBER, Optional.of("one")));
        AmendRequest same = amended(policy(65_536), amendment(Role.MEMBER, Optional.of("one")));
        AmendRequest other = amended(policy(65_536), amendment(Role.MEMBER, Optional.of("two")));
        AmendRequest deletion = amended(policy(65_536), amendment(Role.MEMBER, Optional.empty()));
        assertThat(hash(edit)).isEqualTo(hash(same)).isNotEqualTo(hash(other)).isNotEqualTo(hash(deletion));
        assertThat(edit.append().idempotencyKey().orElseThrow().type()).isEqualTo("edit_message");
        assertThat(deletion.append().idempotencyKey().orElseThrow().type()).isEqualTo("delete_message");
        assertThat(edit.append().idempotencyKey().orElseThrow().messageId()).isEqualTo("m1");
    }

    @Test
    void text_of_another_source_keeps_the_hash_of_what_was_sent() {
        PublishRequest sent = amendment(Role.MEMBER, Optional.of("one"));
        AmendRequest replaced = policy(65_536)
                .edit(sent, (Amendment) sent.publication(), "other", STREAM, NOW)
                .fold(request -> request, why -> {
                    throw new AssertionError(why);
                });
        assertThat(body(replaced).getString("content")).isEqualTo("other");
        assertThat(hash(replaced)).isEqualTo(hash(amended(policy(65_536), sent)));
    }

    @Test
    void text_that_can_not_be_published_and_one_that_is_too_large_are_refused() {
        assertThat(refusal(policy(65_536), "a\u0007b"))
                .isEqualTo(Rejection.invalid(List.of(new Violation("/content", "pattern"))));
        assertThat(refusal(policy(1_024), "x".repeat(1_000))).isEqualTo(Rejection.of(Reason.MESSAGE_TOO_LARGE));
    }

    @Test
    void message_is_amended_in_the_inbox_of_either_user() {
        Amendment edit = new Amendment(new Target.ToUser(new UserId("ben")), "m1", Optional.of("new"), false);
        PublishRequest request = asked(Role.MEMBER, edit);
        for (String owner : List.of("ann", "ben")) {
            StreamName inbox = StreamName.inbox(new UserId(owner));
            AmendRequest amended = policy(65_536)
                    .amendment(request, edit, inbox, NOW)
                    .fold(done -> done, why -> {
                        throw new AssertionError(why);
                    });
            assertThat(amended.append().stream()).isEqualTo(inbox);
            assertThat(body(amended).getString("recipientId")).isEqualTo("ben");
        }
    }

    private static PublishRequest amendment(Role role, Optional<String> content) {
        return asked(role, new Amendment(new Target.ToRoom(ROOM), "m1", content, false));
    }

    private static PublishRequest asked(Role role, Amendment amendment) {
        return BroadcastFixture.asked(
                new Sender(new UserId("ann"), Optional.of("Ann"), role, List.of(), "s"),
                amendment,
                amendment.acknowledgedAs("m-9"),
                "key",
                NOW + 9);
    }

    private static AmendRequest amended(PublishPolicy policy, PublishRequest request) {
        return judged(policy, request).fold(amend -> amend, why -> {
            throw new AssertionError(why);
        });
    }

    private static Rejection refusal(PublishPolicy policy, String content) {
        return judged(policy, amendment(Role.MEMBER, Optional.of(content)))
                .fold(
                        amend -> {
                            throw new AssertionError(amend);
                        },
                        why -> why);
    }

    private static Result<AmendRequest, Rejection> judged(PublishPolicy policy, PublishRequest request) {
        return policy.amendment(request, (Amendment) request.publication(), STREAM, NOW);
    }

    private static byte[] hash(AmendRequest request) {
        return request.append().idempotencyKey().orElseThrow().bodyHash();
    }

    private static JsonObject body(AmendRequest request) {
        return new JsonObject(Buffer.buffer("{").appendBytes(request.append().body()));
    }

    private static PublishPolicy policy(int messageBytes) {
        return policy(messageBytes, BroadcastFixture.DEFAULT.amend());
    }

    private static PublishPolicy policy(int messageBytes, AmendConfig amend) {
        return BroadcastFixture.policy(Policy.ALLOWLIST, BroadcastFixture.config(4_000, messageBytes, amend));
    }
}
