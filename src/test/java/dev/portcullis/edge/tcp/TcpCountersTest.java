package dev.portcullis.edge.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TcpCountersTest {
    /** Up to {@code tcpi_unsent} of {@code struct tcp_info}. */
    private static final int LENGTH = 148;

    /** That of a kernel before 4.1 ends here. */
    private static final int LENGTH_WITHOUT_BYTES = 120;

    private final ByteBuffer info = ByteBuffer.allocate(LENGTH).order(ByteOrder.nativeOrder());

    @Test
    void bytes_and_what_the_peer_has_yet_to_take_are_read() {
        info.putLong(120, 70_000_000_000L).putLong(128, 80_000_000_000L);
        assertThat(TcpCounters.read(info)).isEqualTo(new TcpCounters(70_000_000_000L, 80_000_000_000L, false));
        info.putInt(144, 1);
        assertThat(TcpCounters.read(info).awaitsPeer()).as("unsent bytes").isTrue();
        info.putInt(144, 0).putInt(24, 1);
        assertThat(TcpCounters.read(info).awaitsPeer())
                .as("unacknowledged segments")
                .isTrue();
    }

    @Test
    void kernel_that_does_not_count_bytes_leaves_all_unknown() {
        for (int at = 0; at < LENGTH_WITHOUT_BYTES; at++) {
            info.put(at, (byte) 1);
        }
        assertThat(TcpCounters.read(info)).isEqualTo(new TcpCounters(0, 0, false));
    }
}
