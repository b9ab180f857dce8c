package dev.portcullis.broadcast.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentConfig.Policy;
import dev.portcullis.content.ContentPolicy;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.StreamName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NotificationPolicyTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final Retention KEPT = new Retention(100, 600_000);
    private static final NotificationPolicy POLICY = new NotificationPolicy(
            new ContentPolicy(new ContentConfig(Policy.ALLOWLIST, false)), new NotificationConfig(KEPT));

    @Test
    void notification_is_an_entry_of_the_stream_of_notifications_with_a_safe_text() {
        AppendRequest append = appended("down <b>soon<script>");
        assertThat(append.stream()).isEqualTo(StreamName.notifications());
        assertThat(append.retention()).isEqualTo(KEPT);
        assertThat(append.notAfter()).isEqualTo(NOW + 9);
        JsonObject body = new JsonObject(Buffer.buffer("{").appendBytes(append.body()));
        assertThat(body)
                .isEqualTo(new JsonObject()
                        .put("type", "notification")
                        .put("level", "info")
                        .put("content", "down <b>soon</b>")
                        .put("timestamp", NOW));
    }

    @Test
    void repeated_notification_has_the_same_key_and_another_text_another_hash() {
        assertThat(hash("one")).isEqualTo(hash("one")).isNotEqualTo(hash("two"));
        assertThat(appended("one").idempotencyKey().orElseThrow().messageId()).isEqualTo("m1");
    }

    @Test
    void text_that_can_not_be_published_is_refused() {
        Rejection why = POLICY.judge(
                request("a\u0000b"),
                NOW,
                append -> {
                    throw new AssertionError(append);
                },
                refused -> refused);
        assertThat(why).isEqualTo(Rejection.invalid(List.of(new Violation("/content", "pattern"))));
        assertThat(request("secret").toString()).doesNotContain("secret");
    }

    private static byte[] hash(String content) {
        return appended(content).idempotencyKey().orElseThrow().bodyHash();
    }

    private static AppendRequest appended(String content) {
        return POLICY.judge(request(content), NOW, append -> append, why -> {
            throw new AssertionError(why);
        });
    }

    private static NotificationRequest request(String content) {
        Sender root = new Sender(new UserId("root"), Optional.empty(), Role.ADMIN, List.of(), "s");
        return new NotificationRequest(root, content, "m1", "key", NOW + 9);
    }
}
