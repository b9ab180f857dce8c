package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";
    private static final String V4 = "cb007107" + "7f000001" + "1234" + "01bb";
    private static final String V6 =
            "20010db8000000000000000000000001" + "00000000000000000000000000000001" + "123401bb";

    @ParameterizedTest
    @CsvSource({
        "PROXY TCP4 203.0.113.7 192.0.2.1 4660 443, 203.0.113.7",
        "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535, 255.255.255.255",
        "PROXY TCP6 2001:db8::1 ::1 0 443, 2001:db8::1",
        "PROXY TCP6 ::ffff:203.0.113.7 ::1 1 443, 203.0.113.7",
        "PROXY UNKNOWN, own",
        "PROXY UNKNOWN ffff::1 ffff::2 65535 65535, own"
    })
    void text_header_names_the_client(String line, String expected) {
        ByteBuf in = text(line + "\r\nGET");
        assertThat(read(in)).isEqualTo(expected);
        assertThat(in.toString(StandardCharsets.US_ASCII)).as("what follows").isEqualTo("GET");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n",
                "proxy TCP4 203.0.113.7 192.0.2.1 1 2\r\n",
                "PROXY  TCP4 203.0.113.7 192.0.2.1 1 2\r\n",
                "PROXY TCP4 203.0.113.7  192.0.2.1 1 2\r\n",
                "PROXY TCP4\t203.0.113.7 192.0.2.1 1 2\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 1 2 \r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 1\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 1 65536\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 99999 1\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 01 2\r\n",
                "PROXY TCP4 203.0.113.7 192.0.2.1 -1 2\r\n",
                "PROXY TCP4 203.0.113.07 192.0.2.1 1 2\r\n",
                "PROXY TCP4 203.0.113 192.0.2.1 1 2\r\n",
                "PROXY TCP4 203.0.113.7 evil.example 1 2\r\n",
                "PROXY TCP4 2001:db8::1 ::1 1 2\r\n",
                "PROXY TCP6 203.0.113.7 192.0.2.1 1 2\r\n",
                "PROXY TCP6 2001:db8::1%eth0 ::1 1 2\r\n",
                "PROXY UDP4 203.0.113.7 192.0.2.1 1 2\r\n",
                "PROXY UNKNOWNX\r\n",
                "PROXY \r\n",
                "PROXY\r\n"
            })
    void malformed_text_header_is_refused(String header) {
        assertThat(read(text(header))).isEqualTo("malformed");
    }

    @Test
    void text_header_beyond_its_bound_is_refused_before_its_end() {
        String line = "PROXY UNKNOWN " + "x".repeat(200);
        assertThat(read(text(line.substring(0, 106)))).isEqualTo("incomplete");
        assertThat(read(text(line.substring(0, 107)))).isEqualTo("malformed");
    }

    @ParameterizedTest
    @CsvSource({
        "21, 11, " + V4 + ", 203.0.113.7",
        "21, 21, " + V6 + ", 2001:db8::1",
        "21, 11, " + V4 + "040000, 203.0.113.7",
        "21, 11, " + V4 + "ea0003616263" + "050001ff, 203.0.113.7",
        "21, 11, " + V4 + "2000050100000000, 203.0.113.7 with TLS",
        "21, 11, " + V4 + "2000050000000000, 203.0.113.7",
        "21, 11, " + V4 + "20000801000000002100 00, 203.0.113.7 with TLS",
        "20, 00, '', own",
        "20, 11, " + V4 + ", own",
        "20, 31, 616263, own",
        "21, 00, 616263, own"
    })
    void binary_header_names_the_client(String command, String family, String rest, String expected) {
        ByteBuf in = binary(command, family, rest);
        in.writeBytes(bytes("16030100"));
        assertThat(read(in)).isEqualTo(expected);
        assertThat(in.readableBytes()).as("what follows").isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({
        "11, 11, " + V4, // version 1
        "31, 11, " + V4,
        "22, 11, " + V4, // no such command
        "21, 12, " + V4, // datagrams
        "21, 22, " + V6,
        "21, 31, 616263",
        "21, 01, " + V4,
        "21, 11, cb007107",
        "21, 21, " + V4,
        "21, 11, ''",
        "21, 11, " + V4 + "04",
        "21, 11, " + V4 + "040005ff",
        "21, 11, " + V4 + "200000"
    })
    void malformed_binary_header_is_refused(String command, String family, String rest) {
        assertThat(read(binary(command, family, rest))).isEqualTo("malformed");
    }

    @Test
    void binary_header_beyond_the_bound_is_refused_before_it_arrives() {
        assertThat(read(Unpooled.wrappedBuffer(bytes(SIGNATURE + "2111" + "1ff0"))))
                .isEqualTo("incomplete");
        assertThat(read(Unpooled.wrappedBuffer(bytes(SIGNATURE + "2111" + "1ff1"))))
                .isEqualTo("malformed");
        assertThat(read(Unpooled.wrappedBuffer(bytes("0d0a0d0b")))).isEqualTo("malformed");
    }

    @Test
    void header_that_arrives_in_single_bytes_is_incomplete_up_to_its_last() {
        for (ByteBuf whole :
                new ByteBuf[] {text("PROXY TCP4 203.0.113.7 192.0.2.1 4660 443\r\n"), binary("21", "11", V4 + "040000")
                }) {
            for (int length = 0; length < whole.readableBytes(); length++) {
                ByteBuf begun = whole.slice(0, length);
                assertThat(read(begun)).isEqualTo("incomplete");
                assertThat(begun.readerIndex()).isZero();
            }
            assertThat(read(whole)).isEqualTo("203.0.113.7");
        }
    }

    private static String read(ByteBuf in) {
        return ProxyHeader.read(in)
                .fold(
                        (client, tls) -> client + (tls ? " with TLS" : ""),
                        () -> "own",
                        () -> "incomplete",
                        () -> "malformed");
    }

    private static ByteBuf text(String header) {
        return Unpooled.copiedBuffer(header, StandardCharsets.US_ASCII);
    }

    private static ByteBuf binary(String command, String family, String rest) {
        byte[] tail = bytes(rest.replace(" ", ""));
        return Unpooled.buffer()
                .writeBytes(bytes(SIGNATURE + command + family))
                .writeShort(tail.length)
                .writeBytes(tail);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }
}
