package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.MemoryBudget;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ReplyReservationsTest {
    private static final long PART = 65_536;

    private final MemoryBudget memory = new MemoryBudget(1 << 20);
    private ReplyReservations reservations;

    @BeforeEach
    void open(Vertx vertx) {
        reservations = new ReplyReservations(memory, Runnable::run, new TimerWheel(vertx));
    }

    @Test
    void reply_smaller_than_its_reservation_frees_the_rest() {
        Allowance allowance = reserve();
        assertThat(memory.used()).isEqualTo(PART);
        allowance.resize(1_000);
        assertThat(memory.used()).isEqualTo(1_000);
        allowance.release();
        allowance.release();
        assertThat(memory.used()).isZero();
    }

    /** A part holds at least one message, of any size. */
    @Test
    void message_larger_than_a_part_counts_with_its_size() {
        Allowance allowance = reserve();
        allowance.resize(500_000);
        assertThat(memory.used()).isEqualTo(500_000);
        allowance.release();
        allowance.release();
        assertThat(memory.used()).isZero();
    }

    @Test
    void large_messages_over_the_budget_are_reported_as_exceeded_once() {
        AtomicInteger exceeded = new AtomicInteger();
        memory.addListener(new MemoryBudget.Listener() {
            @Override
            public void refused() {}

            @Override
            public void starved(long bytes) {}

            @Override
            public void exceeded() {
                exceeded.incrementAndGet();
            }
        });
        for (int i = 0; i < 3; i++) {
            reserve().resize(400_000);
        }
        assertThat(exceeded).hasValue(1);
    }

    private Allowance reserve() {
        return reservations.reserve(PART, 1_000).result().orElseThrow();
    }
}
