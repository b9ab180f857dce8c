package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Deflated;
import dev.portcullis.protocol.CloseCode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
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
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) { // a busy machine may pause in one of them
            long began = System.nanoTime();
            assertThat(refuse(bomb)).isEqualTo(CloseCode.TOO_LARGE);
            shortest = Math.min(shortest, System.nanoTime() - began);
        }
        assertThat(shortest).as("a thousandth of it takes less than all of it").isLessThan(timeOf(bomb));
    }

    /** RFC 7692 section 7.2.3.4, with its own example. */
    @Test
    void message_with_final_blocks_is_inflated_however_it_is_divided() {
        byte[] hello = HexFormat.of().parseHex("f348cdc9c90700");
        byte[] padded = Arrays.copyOf(hello, hello.length + 1);
        assertThat(inflate(hello)).asString(StandardCharsets.US_ASCII).isEqualTo("Hello");
        assertThat(inflate(padded)).asString(StandardCharsets.US_ASCII).isEqualTo("Hello");

        byte[] text = "text ".repeat(20).getBytes(StandardCharsets.US_ASCII);
        byte[] three = joined(ended(text), hello, Deflated.of(text));
        byte[] expected = joined(text, "Hello".getBytes(StandardCharsets.US_ASCII), text);
        assertThat(inflate(three)).isEqualTo(expected);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < three.length; at++) {
            all.writeBytes(inflater.inflate(new byte[] {three[at]}, at == three.length - 1, MOST)
                    .fold(bytes -> bytes, MessageInflaterTest::fail));
        }
        assertThat(all.toByteArray()).isEqualTo(expected);
    }

    @Test
    void limits_count_all_final_blocks_together() {
        byte[] block = ended(new byte[MOST / 2]);
        assertThat(inflate(joined(block, block))).hasSize(MOST);
        assertThat(refuse(joined(block, block, ended(new byte[1])))).isEqualTo(CloseCode.TOO_LARGE);

        byte[] empty = {3, 0};
        assertThat(inflate(repeated(empty, 257))).isEmpty();
        assertThat(refuse(repeated(empty, 258))).isEqualTo(CloseCode.BROKEN_FRAME);
        assertThat(refuse(joined(empty, new byte[] {7, 7}))).isEqualTo(CloseCode.BROKEN_FRAME);
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

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] repeated(byte[] part, int times) {
        byte[][] parts = new byte[times][];
        Arrays.fill(parts, part);
        return joined(parts);
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
