package dev.portcullis.edge.handshake;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Lets the handshakes of one event loop begin: at once, or when it is their turn. */
public final class Admission {
    private final AdmissionPace pace = new AdmissionPace();
    private final AdmissionQueue queue;
    private final Executor loop;
    private final AtomicInteger waiting;
    private final Metrics metrics;
    private int counted;
    private boolean posted;

    /**
     * @param patienceMs the longest that a client should wait
     * @param loop runs a task in a later turn of the event loop
     * @param waiting handshakes that wait on all event loops of the node
     */
    public Admission(long patienceMs, Executor loop, AtomicInteger waiting, Metrics metrics) {
        this.queue = new AdmissionQueue(pace, patienceMs);
        this.loop = loop;
        this.waiting = waiting;
        this.metrics = metrics;
    }

    /** Whether a handshake that comes now may {@link #begin}. Otherwise it has to {@link #enter}. */
    boolean isFree() {
        return queue.isFree();
    }

    void begin() {
        queue.begun();
    }

    /**
     * Lets a handshake wait for its turn, unless its client goes away.
     *
     * @return in how many milliseconds there is a turn for a client that comes now, where that is too long to wait
     */
    OptionalLong enter(UpgradeExchange exchange, Runnable begin) {
        return enter(
                exchange.upgradeRequest().network(),
                () -> {
                    exchange.goOn();
                    begin.run();
                },
                exchange::waits);
    }

    /** @param waits told what to do when the client goes away */
    OptionalLong enter(String network, Runnable begin, Consumer<Runnable> waits) {
        long since = System.nanoTime();
        return queue.enter(network, () -> {
                    metrics.time(Metric.HANDSHAKE_WAIT, System.nanoTime() - since);
                    begin.run();
                })
                .fold(
                        place -> {
                            count();
                            waits.accept(() -> {
                                place.leave();
                                count();
                            });
                            if (queue.mayProceed()) { // all others ended while a change of settings held this one
                                proceedLater();
                            }
                            return OptionalLong.empty();
                        },
                        OptionalLong::of);
    }

    /** A handshake that had begun has its outcome. */
    void ended() {
        queue.ended(System.nanoTime());
        if (queue.size() > 0) {
            proceedLater();
        }
    }

    private void proceedLater() {
        if (posted) {
            return;
        }
        posted = true;
        long since = System.nanoTime();
        loop.execute(() -> {
            posted = false;
            pace.turned(System.nanoTime() - since);
            proceed();
        });
    }

    private void proceed() {
        Optional<Runnable> next = queue.next();
        while (next.isPresent()) {
            count();
            next.get().run();
            next = queue.next();
        }
    }

    private void count() {
        int now = queue.size();
        waiting.addAndGet(now - counted);
        counted = now;
    }
}
