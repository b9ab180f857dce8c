package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Result;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FragmentAssemblerTest {
    private static final String PART = "part";

    private final FragmentAssembler assembler = new FragmentAssembler(10, 4);

    @Test
    void single_final_frame_is_a_complete_message() {
        assertThat(first("hello", true)).isEqualTo("hello");
        assertThat(first("", true)).isEmpty();
        assertThat(first("again", true)).isEqualTo("again");
    }

    @Test
    void fragments_are_assembled_into_one_message() {
        assertThat(first("he", false)).isEqualTo(PART);
        assertThat(next("ll", false)).isEqualTo(PART);
        assertThat(next("o", true)).isEqualTo("hello");
        assertThat(first("more", true)).isEqualTo("more");
    }

    @Test
    void empty_fragment_at_any_position_is_accepted() {
        assertThat(first("", false)).isEqualTo(PART);
        assertThat(next("", false)).isEqualTo(PART);
        assertThat(next("a", false)).isEqualTo(PART);
        assertThat(next("", true)).isEqualTo("a");
    }

    @Test
    void interleaved_messages_are_a_broken_frame() {
        assertThat(next("lost", true)).isEqualTo(CloseCode.BROKEN_FRAME.name());
        assertThat(first("he", false)).isEqualTo(PART);
        assertThat(first("llo", true)).isEqualTo(CloseCode.BROKEN_FRAME.name());
    }

    @Test
    void message_over_the_limit_in_one_frame_or_in_fragments_is_too_large() {
        assertThat(first("0123456789", true)).isEqualTo("0123456789");
        assertThat(first("0123456789a", true)).isEqualTo(CloseCode.TOO_LARGE.name());
        assertThat(first("0123456789a", false)).isEqualTo(CloseCode.TOO_LARGE.name());
        assertThat(first("01234", false)).isEqualTo(PART);
        assertThat(next("56789", false)).isEqualTo(PART);
        assertThat(next("a", false)).isEqualTo(CloseCode.TOO_LARGE.name());
    }

    @Test
    void message_of_too_many_fragments_is_hostile() {
        assertThat(first("", false)).isEqualTo(PART);
        for (int i = 0; i < 3; i++) {
            assertThat(next("", false)).isEqualTo(PART);
        }
        assertThat(next("", true)).isEqualTo(CloseCode.HOSTILE.name());
    }

    @Test
    void raised_limit_applies_to_the_next_message() {
        assembler.allow(12);
        assertThat(first("0123456789ab", true)).isEqualTo("0123456789ab");
        assertThat(first("0123456789abc", true)).isEqualTo(CloseCode.TOO_LARGE.name());
    }

    private String first(String text, boolean last) {
        return describe(assembler.first(text.getBytes(StandardCharsets.UTF_8), last));
    }

    private String next(String text, boolean last) {
        return describe(assembler.next(text.getBytes(StandardCharsets.UTF_8), last));
    }

    private static String describe(Result<Optional<byte[]>, CloseCode> result) {
        return result.fold(
                message -> message.map(whole -> new String(whole, StandardCharsets.UTF_8))
                        .orElse(PART),
                CloseCode::name);
    }
}
