package dev.portcullis.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.ClientFrame.Attachment;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BodyHashTest {
    private static final String OTHER_MESSAGE = "01890000-0000-7000-8000-000000000000";

    @Test
    void hash_of_the_same_body_does_not_depend_on_sender_or_ids() {
        List<PublishRequest> same = List.of(
                BroadcastFixture.HELLO,
                BroadcastFixture.under("hello", "m-2", "id-2"),
                BroadcastFixture.from(BroadcastFixture.sender("ben", Optional.empty())),
                BroadcastFixture.until(BroadcastFixture.NOW + 9_000));
        assertThat(same.stream().map(BodyHashTest::hash).distinct()).hasSize(1);
        assertThat(BroadcastFixture.HELLO.publication().hash()).hasSize(16);
    }

    @Test
    void hash_of_another_body_differs() {
        Attachment picture = new Attachment("image", "https://a.example/x", "x");
        List<PublishRequest> different = List.of(
                BroadcastFixture.withContent("hello"),
                BroadcastFixture.withContent("hello "),
                BroadcastFixture.withContent("Hello"),
                BroadcastFixture.withContent("hell\u00f6"),
                BroadcastFixture.withContent("hello\nhello"),
                BroadcastFixture.with(Optional.of(OTHER_MESSAGE)),
                BroadcastFixture.with(Optional.empty(), picture),
                BroadcastFixture.with(Optional.empty(), picture, picture),
                BroadcastFixture.with(Optional.of(OTHER_MESSAGE), picture),
                BroadcastFixture.with(Optional.empty(), new Attachment("file", "https://a.example/x", "x")),
                BroadcastFixture.with(Optional.empty(), new Attachment("image", "https://a.example/y", "x")),
                BroadcastFixture.with(Optional.empty(), new Attachment("image", "https://a.example/x", "y")));
        assertThat(different.stream().map(BodyHashTest::hash)).doesNotHaveDuplicates();
    }

    /** Without the lengths of its parts another body could pass for a repetition (CWE-1023). */
    @Test
    void hash_changes_when_a_character_moves_to_the_next_part() {
        List<PublishRequest> moved = List.of(
                BroadcastFixture.with(Optional.empty(), new Attachment("image", "https://a.example/x", "yz")),
                BroadcastFixture.with(Optional.empty(), new Attachment("image", "https://a.example/xy", "z")),
                BroadcastFixture.with(Optional.empty(), new Attachment("imagehttps://a.example/", "x", "yz")));
        assertThat(moved.stream().map(BodyHashTest::hash)).doesNotHaveDuplicates();
    }

    @Test
    void hash_covers_lengths_beyond_two_bytes() {
        assertThat(hash(BroadcastFixture.withContent("x".repeat(65_536))))
                .isNotEqualTo(hash(BroadcastFixture.withContent("x".repeat(131_072))));
    }

    /** The name beside a message of the application's server is a part of its call; that of a user is not. */
    @Test
    void hash_under_the_key_of_the_server_covers_the_name_beside_the_message() {
        assertThat(keyHash("system", "Bank")).isNotEqualTo(keyHash("system", "Post"));
        assertThat(keyHash("ann", "Ann")).isEqualTo(keyHash("ann", "Anna"));
    }

    private static byte[] keyHash(String user, String name) {
        return BroadcastFixture.from(BroadcastFixture.sender(user, Optional.of(name)))
                .idempotencyKey()
                .bodyHash();
    }

    private static String hash(PublishRequest request) {
        return HexFormat.of().formatHex(request.publication().hash());
    }
}
