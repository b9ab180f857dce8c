package dev.portcullis.edge.connection;

import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.MemoryBudget.Reservation;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Reserves memory of the node for answers that may wait in a socket: before they are read, until the client has taken them
 * (CWE-770). It is used on one event loop only.
 */
public final class ReplyReservations {
    /** The most bytes of one reply, and of one message in it. */
    public static final long LARGEST_REPLY = 256 << 10;

    private static final long USUAL_MESSAGE = 64 << 10;

    /** The wait of a reservation after which the node closes sockets that do not drain. */
    private static final long STARVED_MS = 1_000;

    private final MemoryBudget memory;
    private final Executor loop;
    private final TimerWheel timers;

    public ReplyReservations(MemoryBudget memory, Executor loop, TimerWheel timers) {
        this.memory = memory;
        this.loop = loop;
        this.timers = timers;
    }

    /** The bytes to reserve for a reply of so many messages. */
    public static long bytesFor(int messages) {
        return Math.min(LARGEST_REPLY, messages * USUAL_MESSAGE);
    }

    /** Reserves this many bytes as soon as they are free. Completes empty if they are not free in time; never fails. */
    public Future<Optional<Allowance>> reserve(long bytes, long withinMs) {
        long size = Math.min(bytes, memory.largest());
        Promise<Optional<Allowance>> result = Promise.promise();
        Reservation reservation =
                memory.reserve(size, () -> loop.execute(() -> result.complete(Optional.of(new Allowance(size)))));
        timers.in(withinMs, () -> {
            if (reservation.cancel()) {
                result.complete(Optional.empty());
            }
        });
        if (reservation.isPending()) {
            signalStarvation(reservation);
        }
        return result.future();
    }

    private void signalStarvation(Reservation reservation) {
        timers.in(STARVED_MS, () -> {
            if (reservation.isPending()) {
                memory.starve();
                signalStarvation(reservation);
            }
        });
    }

    /** A reservation that was made. Only the first release counts. */
    public final class Allowance {
        private long bytes;

        private Allowance(long bytes) {
            this.bytes = bytes;
        }

        /**
         * Sets the actual size. A single message may be larger than the reservation: it is in memory already, so it
         * counts.
         */
        public void resize(long actual) {
            long added = actual - bytes;
            bytes = actual;
            if (added > 0) {
                memory.take(added);
            } else {
                memory.release(-added);
            }
        }

        public void release() {
            if (bytes > 0) {
                resize(0);
            }
        }
    }
}
