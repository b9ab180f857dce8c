package dev.portcullis.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActivityHandlerTest {
    private static final int LIMIT = 800;

    private final MemoryBudget memory = new MemoryBudget(LIMIT);
    private final InboundBacklog inbound = new InboundBacklog(new LoadShedder(memory), nobodyGoes -> {}, () -> {});
    private final ActivityHandler activity = new ActivityHandler(() -> {}, inbound);
    private final EmbeddedChannel channel = new EmbeddedChannel(activity);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
        assertThat(memory.used()).isZero();
    }

    @Test
    void while_the_node_is_full_nothing_is_read_and_then_it_is() {
        receive(LIMIT + 1);
        assertThat(reads()).isFalse();
        assertThat(activity.isPaused())
                .as("the peer is not to blame for its silence")
                .isTrue();
        pass();
        assertThat(reads()).isFalse();
        activity.decoded(LIMIT);
        inbound.undecoded(0);
        pass();
        assertThat(reads()).isTrue();
        assertThat(activity.isPaused()).isFalse();
    }

    @Test
    void paused_socket_is_not_read_although_there_is_room_again() {
        receive(LIMIT + 1);
        activity.pause();
        inbound.undecoded(0);
        pass();
        assertThat(reads()).isFalse();
        activity.resume();
        assertThat(reads()).isTrue();
    }

    @Test
    void socket_that_is_closing_is_read_so_that_the_answer_to_the_close_is_found() {
        receive(LIMIT + 1);
        activity.discard(1 << 20);
        assertThat(reads()).isTrue();
        receive(10);
        assertThat(reads()).isTrue();
        inbound.undecoded(0);
    }

    private void receive(int bytes) {
        channel.writeInbound(Unpooled.wrappedBuffer(new byte[bytes]));
    }

    private boolean reads() {
        return channel.config().isAutoRead();
    }

    private void pass() {
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
