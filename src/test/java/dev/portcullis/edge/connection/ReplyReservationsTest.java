package dev.portcullis.edge.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.connection.ReplyReservations.Allowance;
import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.TimerWheel;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReplyReservationsTest {
    private static final long PART = 65_536;

    private final MemoryBudget memory = new MemoryBudget(1 << 20);
    private final Vertx vertx = Vertx.vertx();
    private final ReplyReservations reservations = new ReplyReservations(memory, Runnable::run, new TimerWheel(vertx));

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    @Test
    void answer_that_is_smaller_than_asked_for_leaves_room() {
        Allowance given = given();
        assertThat(memory.used()).isEqualTo(PART);
        given.weigh(1_000);
        assertThat(memory.used()).isEqualTo(1_000);
        given.release();
        given.release();
        assertThat(memory.used()).isZero();
    }

    /** A part holds one message at least, however large that is. */
    @Test
    void message_that_is_larger_than_a_part_counts_as_what_it_weighs() {
        Allowance given = given();
        given.weigh(500_000);
        assertThat(memory.used()).isEqualTo(500_000);
        given.release();
        given.release();
        assertThat(memory.used()).isZero();
    }

    @Test
    void large_messages_that_are_more_than_the_budget_together_make_room() {
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
            given().weigh(400_000);
        }
        assertThat(exceeded).hasValue(1);
    }

    private Allowance given() {
        return reservations.ask(PART, 1_000).result().orElseThrow();
    }
}
