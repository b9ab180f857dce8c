package dev.portcullis.streams;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Orderer.Gap;
import dev.portcullis.streams.Orderer.Progress;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One stream at its carrier: its orderer, who follows it, and who waits to. On the carrier's context only.
 *
 * <p>Whoever joins is attached at the orderer's cursor, once all up to there is known: from memory, or from a read that
 * memory continues. Who can't be served so waits until the orderer has read on.
 */
final class Carried {
    private final StreamName stream;
    private final StreamReads reads;
    private final StreamsConfig config;
    private final Ring ring;
    private final Consumer<Carried> onIdle;
    private final Missed missed;
    private final Orderer orderer;
    private final Pace pace;
    private final Map<Outlet, Integer> members = new LinkedHashMap<>();
    private final List<Attachment> waiting = new ArrayList<>();
    private int joins;
    private int joining;
    private boolean reading;
    private boolean ended;

    Carried(
            StreamName stream,
            Vertx vertx,
            StreamReads reads,
            StreamsConfig config,
            Ring ring,
            Consumer<Carried> onIdle) {
        this.stream = stream;
        this.reads = reads;
        this.config = config;
        this.ring = ring;
        this.onIdle = onIdle;
        this.missed = new Missed(ring, config.resume());
        this.orderer = new Orderer(config.holdEntries());
        this.pace = new Pace(vertx, config.holeMs(), this::readDue);
    }

    StreamName stream() {
        return stream;
    }

    boolean isIdle() {
        return members.isEmpty() && waiting.isEmpty() && joining == 0;
    }

    /** How many have joined so far: whether anybody came meanwhile. */
    int joins() {
        return joins;
    }

    void end() {
        ended = true;
        pace.end();
        ring.forget(stream);
    }

    void offer(Entry entry) {
        deliver(orderer.offer(entry));
        mend();
    }

    void join(Attachment joiner) {
        joins++;
        if (orderer.isOpen()) {
            serve(joiner);
        } else {
            waiting.add(joiner);
            open();
        }
        noteIdle();
    }

    void leave(Attachment member) {
        if (member.isAttached() && !member.isDetached()) {
            members.computeIfPresent(member.outlet(), (outlet, count) -> count == 1 ? null : count - 1);
        }
        member.detach();
        waiting.remove(member);
        noteIdle();
    }

    /** The first read also brings what the first joiner missed. */
    private void open() {
        if (waiting.isEmpty()) {
            return;
        }
        read(waiting.get(0).since(), slice -> {
            if (slice.exact() && !slice.more()) {
                ring.add(stream, slice.entries());
            }
            deliver(orderer.open(slice.head()));
        });
    }

    private void readOn() {
        if (reading) {
            return;
        }
        Position since = orderer.startRead();
        read(Optional.of(since), slice -> {
            take(orderer.read(since, slice));
            if (orderer.gap() != Gap.NONE && orderer.cursor().equals(since)) {
                pace.readBroughtNothing();
            } else {
                pace.readHelped();
            }
        });
    }

    private void read(Optional<Position> since, Consumer<Slice> taker) {
        if (reading) {
            return;
        }
        reading = true;
        reads.fresh(stream, since)
                .onComplete(
                        slice -> whenRead(() -> {
                            taker.accept(slice);
                            serveWaiting();
                            mend();
                        }),
                        broken -> whenRead(this::readFailed));
    }

    private void whenRead(Runnable next) {
        reading = false;
        if (!ended) {
            next.run();
            noteIdle();
        }
    }

    private void readFailed() {
        pace.readBroughtNothing();
        if (orderer.isOpen()) {
            orderer.readFailed();
        }
        List<Attachment> tried = List.copyOf(waiting);
        waiting.clear();
        tried.forEach(this::waitAgain);
        pace.readLater();
    }

    private void mend() {
        if (orderer.gap() == Gap.BEHIND && pace.isFree()) {
            readOn();
        } else if (orderer.gap() != Gap.NONE) {
            pace.readLater();
        }
    }

    private void readDue() {
        if (!orderer.isOpen()) {
            open();
        } else if (orderer.gap() != Gap.NONE || !waiting.isEmpty()) {
            readOn();
        }
    }

    private void take(Progress progress) {
        progress.lost().ifPresent(now -> {
            ring.forget(stream);
            members.keySet().forEach(outlet -> outlet.lost(stream, now));
        });
        deliver(progress.entries());
    }

    private void deliver(List<Entry> entries) {
        if (!entries.isEmpty()) {
            ring.add(stream, entries);
            members.keySet().forEach(outlet -> outlet.deliver(stream, entries));
        }
    }

    private void serveWaiting() {
        List<Attachment> ready = List.copyOf(waiting);
        waiting.clear();
        ready.forEach(this::serve);
    }

    private void serve(Attachment joiner) {
        missed.recall(stream, joiner.since(), orderer.cursor())
                .ifPresentOrElse(slice -> attach(joiner, slice), () -> readFor(joiner));
    }

    private void readFor(Attachment joiner) {
        Position since = joiner.since().orElseThrow();
        joining++;
        reads.shared(stream, since)
                .onComplete(
                        slice -> {
                            joining--;
                            missed.fromRead(stream, since, slice, orderer.cursor())
                                    .ifPresentOrElse(known -> attach(joiner, known), () -> catchUpFor(joiner));
                            noteIdle();
                        },
                        broken -> {
                            joining--;
                            waitAgain(joiner);
                            pace.readLater();
                            noteIdle();
                        });
    }

    /** The read and the cursor are too far apart. The orderer reads on, and then the joiner is served anew. */
    private void catchUpFor(Attachment joiner) {
        waitAgain(joiner);
        readOn();
    }

    private void waitAgain(Attachment joiner) {
        if (joiner.isDetached()) {
            return;
        }
        if (joiner.mayTryAgain(config.readTries())) {
            waiting.add(joiner);
        } else {
            joiner.fail();
        }
    }

    private void attach(Attachment joiner, Slice slice) {
        if (!joiner.isDetached()) {
            members.merge(joiner.outlet(), 1, Integer::sum);
            joiner.attach(slice);
        }
    }

    private void noteIdle() {
        if (isIdle()) {
            onIdle.accept(this);
        }
    }
}
