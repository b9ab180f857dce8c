package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.MemoryBudget;
import dev.portcullis.edge.socket.MemoryBudget.Reservation;
import dev.portcullis.edge.socket.TimerWheel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Room in the node's memory for answers that may wait in a socket: asked for before they are read, given back once they
 * are taken (CWE-770). On one event loop only.
 */
public final class ReplyReservations {
    /** After so long what does not move has to make room. */
    private static final long STARVED_MS = 1_000;

    private final MemoryBudget memory;
    private final Executor loop;
    private final TimerWheel timers;

    public ReplyReservations(MemoryBudget memory, Executor loop, TimerWheel timers) {
        this.memory = memory;
        this.loop = loop;
        this.timers = timers;
    }

    /** Room for so many bytes, as soon as there is some. Empty where there is none in time; never fails. */
    public Future<Optional<Allowance>> ask(long bytes, long withinMs) {
        long some = Math.min(bytes, memory.largest());
        Promise<Optional<Allowance>> answer = Promise.promise();
        Reservation asked =
                memory.reserve(some, () -> loop.execute(() -> answer.complete(Optional.of(new Allowance(some)))));
        timers.in(withinMs, () -> {
            if (asked.cancel()) {
                answer.complete(Optional.empty());
            }
        });
        if (asked.isPending()) {
            watch(asked);
        }
        return answer.future();
    }

    private void watch(Reservation asked) {
        timers.in(STARVED_MS, () -> {
            if (asked.isPending()) {
                memory.starve();
                watch(asked);
            }
        });
    }

    /** Given back once, however often that is said. */
    public final class Allowance {
        private long bytes;

        private Allowance(long bytes) {
            this.bytes = bytes;
        }

        /** What was read has this weight. A single message may have more than was asked for: it is here, so it counts. */
        public void weigh(long really) {
            long more = really - bytes;
            bytes = really;
            if (more > 0) {
                memory.take(more);
            } else {
                memory.release(-more);
            }
        }

        public void release() {
            if (bytes > 0) {
                weigh(0);
            }
        }
    }
}
