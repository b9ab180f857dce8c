package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Deflated;
import dev.portcullis.protocol.CloseCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageInflaterTest {
    private static final int MOST = 65_536;

    private final MessageInflater inflater = new MessageInflater();

    @AfterEach
    void end() {
        inflater.end();
    }

    @Test
    void message_in_one_frame_is_inflated_up_to_the_limit_and_no_further() {
        byte[] message = new byte[MOST];
        assertThat(inflate(Deflated.of(message))).isEqualTo(message);
        assertThat(refuse(Deflated.of(new byte[MOST + 1]))).isEqualTo(CloseCode.TOO_LARGE);
    }

    @Test
    void message_is_inflated_however_it_is_divided() {
        byte[] message = new byte[20_000];
        new Random(1).nextBytes(message);
        byte[] deflated = Deflated.of(message);
        for (int size : new int[] {1, 7, 4_096, deflated.length}) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int at = 0; at < deflated.length; at += size) {
                int end = Math.min(deflated.length, at + size);
                all.writeBytes(inflater.inflate(Arrays.copyOfRange(deflated, at, end), end == deflated.length, MOST)
                        .fold(bytes -> bytes, MessageInflaterTest::fail));
            }
            assertThat(all.toByteArray()).isEqualTo(message);
            inflater.reset();
        }
    }

    @Test
    void limit_counts_all_fragments_together() {
        byte[] deflated = Deflated.of(new byte[MOST + 1]);
        int half = deflated.length / 2;
        inflater.inflate(Arrays.copyOf(deflated, half), false, MOST).fold(bytes -> bytes, MessageInflaterTest::fail);
        assertThat(inflater.inflate(Arrays.copyOfRange(deflated, half, deflated.length), true, MOST)
                        .fold(bytes -> "inflated", CloseCode::id))
                .isEqualTo(CloseCode.TOO_LARGE.id());
    }

    @Test
    void bomb_is_refused_before_it_is_inflated() {
        byte[] bomb = Deflated.of(new byte[60 << 20]);
        assertThat(bomb).hasSizeLessThan(MOST);
        long began = System.nanoTime();
        assertThat(refuse(bomb)).isEqualTo(CloseCode.TOO_LARGE);
        assertThat(System.nanoTime() - began)
                .as("a thousandth of it takes less than all of it")
                .isLessThan(timeOf(bomb));
    }

    @Test
    void message_with_a_final_block_is_inflated_and_nothing_may_follow_it() {
        byte[] text = "text ".repeat(20).getBytes(StandardCharsets.US_ASCII);
        byte[] ended = ended(text);
        assertThat(inflate(ended)).isEqualTo(text);
        assertThat(refuse(Arrays.copyOf(ended, ended.length + 1))).isEqualTo(CloseCode.BROKEN_FRAME);
    }

    @Test
    void bytes_that_are_no_deflated_message_are_refused() {
        assertThat(refuse(new byte[] {7, 7, 7, 7, 7})).isEqualTo(CloseCode.BROKEN_FRAME);
        assertThat(inflate(new byte[] {0}))
                .as("the empty message of RFC 7692 section 7.2.3.6")
                .isEmpty();
    }

    private byte[] inflate(byte[] deflated) {
        byte[] inflated = inflater.inflate(deflated, true, MOST).fold(bytes -> bytes, MessageInflaterTest::fail);
        inflater.reset();
        return inflated;
    }

    private CloseCode refuse(byte[] deflated) {
        CloseCode code = inflater.inflate(deflated, true, MOST)
                .fold(
                        bytes -> {
                            throw new AssertionError("inflated to " + bytes.length);
                        },
                        refused -> refused);
        inflater.reset();
        return code;
    }

    private static byte[] fail(CloseCode code) {
        throw new AssertionError(code);
    }

    private static long timeOf(byte[] bomb) {
        long began = System.nanoTime();
        assertThat(Deflated.inflate(bomb)).hasSize(60 << 20);
        return System.nanoTime() - began;
    }

    private static byte[] ended(byte[] text) {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(text);
        deflater.finish();
        byte[] out = new byte[200];
        int length = deflater.deflate(out);
        deflater.end();
        return Arrays.copyOf(out, length);
    }
}
