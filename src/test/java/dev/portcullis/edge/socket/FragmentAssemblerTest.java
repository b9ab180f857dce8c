package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.CloseCode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FragmentAssemblerTest {
    private static final String PART = "part";

    private final FragmentAssembler assembler = new FragmentAssembler(10, 4);

    @Test
    void a_frame_alone_is_a_message() {
        assertThat(first("hello", true)).isEqualTo("hello");
        assertThat(first("", true)).isEmpty();
        assertThat(first("again", true)).isEqualTo("again");
    }

    @Test
    void fragments_become_one_message() {
        assertThat(first("he", false)).isEqualTo(PART);
        assertThat(next("ll", false)).isEqualTo(PART);
        assertThat(next("o", true)).isEqualTo("hello");
        assertThat(first("more", true)).isEqualTo("more");
    }

    @Test
    void an_empty_fragment_is_one_wherever_it_stands() {
        assertThat(first("", false)).isEqualTo(PART);
        assertThat(next("", false)).isEqualTo(PART);
        assertThat(next("a", false)).isEqualTo(PART);
        assertThat(next("", true)).isEqualTo("a");
    }

    @Test
    void messages_may_not_be_interleaved() {
        assertThat(next("lost", true)).isEqualTo(CloseCode.BROKEN_FRAME.name());
        assertThat(first("he", false)).isEqualTo(PART);
        assertThat(first("llo", true)).isEqualTo(CloseCode.BROKEN_FRAME.name());
    }

    @Test
    void what_is_too_large_is_so_in_one_piece_or_in_many() {
        assertThat(first("0123456789", true)).isEqualTo("0123456789");
        assertThat(first("0123456789a", true)).isEqualTo(CloseCode.TOO_LARGE.name());
        assertThat(first("0123456789a", false)).isEqualTo(CloseCode.TOO_LARGE.name());
        assertThat(first("01234", false)).isEqualTo(PART);
        assertThat(next("56789", false)).isEqualTo(PART);
        assertThat(next("a", false)).isEqualTo(CloseCode.TOO_LARGE.name());
    }

    @Test
    void a_message_of_too_many_pieces_is_hostile() {
        assertThat(first("", false)).isEqualTo(PART);
        for (int i = 0; i < 3; i++) {
            assertThat(next("", false)).isEqualTo(PART);
        }
        assertThat(next("", true)).isEqualTo(CloseCode.HOSTILE.name());
    }

    @Test
    void more_may_be_allowed_later() {
        assembler.allow(12);
        assertThat(first("0123456789ab", true)).isEqualTo("0123456789ab");
        assertThat(first("0123456789abc", true)).isEqualTo(CloseCode.TOO_LARGE.name());
    }

    private String first(String text, boolean last) {
        return read(assembler.first(Buffer.buffer(text), last));
    }

    private String next(String text, boolean last) {
        return read(assembler.next(Buffer.buffer(text), last));
    }

    private static String read(FragmentAssembler.Result result) {
        return result.fold(whole -> new String(whole, StandardCharsets.UTF_8), () -> PART, CloseCode::name);
    }
}
