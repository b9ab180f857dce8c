package dev.portcullis.streams.delivery;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.TransientFrame;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** An event loop whose subscribers record what they get. Everything runs on the shard's context. */
final class RecordingDeliveryLoop implements DeliveryLoop {
    private final List<RecordingSubscriber> attachedSubscribers = new CopyOnWriteArrayList<>();
    private int deliveries;

    RecordingSubscriber subscriber() {
        return new RecordingSubscriber(false);
    }

    synchronized int deliveries() {
        return deliveries;
    }

    @Override
    public void run(Runnable inOrder) {
        inOrder.run();
    }

    @Override
    public synchronized void deliver(StreamName stream, List<StreamEntry> entries) {
        deliveries += entries.size();
        attachedSubscribers.forEach(subscriber -> subscriber.saw(entries));
    }

    @Override
    public synchronized void deliver(TransientFrame frame) {
        attachedSubscribers.forEach(subscriber -> subscriber.saw(frame));
    }

    @Override
    public void lost(StreamName stream, Position now) {
        attachedSubscribers.forEach(subscriber -> subscriber.lost(now));
    }

    /** A subscriber to whom bars don't apply. */
    RecordingSubscriber subscriberPassingBars() {
        return new RecordingSubscriber(true);
    }

    /** A subscriber that records the loop's deliveries after it was attached. */
    final class RecordingSubscriber implements Subscriber {
        private final List<StreamEntry> seen = new ArrayList<>();
        private final List<String> passed = new ArrayList<>();
        private final List<Position> lost = new ArrayList<>();
        private final List<Slice> attached = new ArrayList<>();
        private final boolean passesBars;
        private final List<Slice> parts = new ArrayList<>();
        private Optional<Runnable> next = Optional.empty();
        private boolean slow;
        private final Queue<Future<Boolean>> stays = new ArrayDeque<>();
        private int confirmations;
        private int failures;
        private int bars;
        private boolean few = true;
        private Object client = this;
        private Runnable onDisplaced = () -> {};

        private RecordingSubscriber(boolean passesBars) {
            this.passesBars = passesBars;
        }

        @Override
        public boolean passesBars() {
            return passesBars;
        }

        @Override
        public synchronized void part(Slice missed, Runnable onTaken) {
            parts.add(missed);
            seen.addAll(missed.entries());
            goOn(onTaken);
        }

        @Override
        public synchronized void confirm(Runnable permitted) {
            goOn(permitted);
        }

        private void goOn(Runnable step) {
            if (slow) {
                next = Optional.of(step);
            } else {
                step.run();
            }
        }

        /** From now on the subscriber takes a part, and is permitted again, only when the test calls {@link #take}. */
        synchronized RecordingSubscriber slow() {
            slow = true;
            return this;
        }

        /** Takes the part that is held. */
        void take() {
            Runnable onTaken;
            synchronized (this) {
                onTaken = next.orElseThrow();
                next = Optional.empty();
            }
            onTaken.run();
        }

        void takeIfHolding() {
            if (isHolding()) {
                take();
            }
        }

        synchronized boolean isHolding() {
            return next.isPresent();
        }

        synchronized List<Slice> parts() {
            return List.copyOf(parts);
        }

        @Override
        public synchronized void attached(Slice missed) {
            attached.add(missed);
            seen.addAll(missed.entries());
            attachedSubscribers.add(this);
        }

        @Override
        public synchronized Future<Boolean> mayStay() {
            confirmations++;
            return stays.isEmpty() ? Future.succeededFuture(true) : stays.poll();
        }

        /** The answers to the next questions whether the subscriber may stay. Afterwards it may. */
        synchronized void willBeAnswered(Future<Boolean> answer) {
            stays.add(answer);
        }

        synchronized int confirmations() {
            return confirmations;
        }

        @Override
        public synchronized void failed() {
            failures++;
        }

        /** One of those of a client, which ends them all when it is displaced. */
        RecordingSubscriber of(Object itsClient, Runnable whenDisplaced) {
            client = itsClient;
            onDisplaced = whenDisplaced;
            return this;
        }

        RecordingSubscriber followingMany() {
            few = false;
            return this;
        }

        @Override
        public boolean followsFew() {
            return few;
        }

        @Override
        public Object client() {
            return client;
        }

        @Override
        public void displaced() {
            onDisplaced.run();
        }

        @Override
        public synchronized void barred() {
            bars++;
            attachedSubscribers.remove(this);
        }

        synchronized int bars() {
            return bars;
        }

        private synchronized void saw(List<StreamEntry> entries) {
            seen.addAll(entries);
        }

        private synchronized void saw(TransientFrame frame) {
            passed.add(new String(frame.json(), StandardCharsets.UTF_8));
        }

        synchronized List<String> passed() {
            return List.copyOf(passed);
        }

        private synchronized void lost(Position now) {
            lost.add(now);
        }

        synchronized List<Long> seqs() {
            return seen.stream().map(entry -> entry.position().seq()).toList();
        }

        synchronized List<Position> losses() {
            return List.copyOf(lost);
        }

        synchronized List<Slice> attachments() {
            return List.copyOf(attached);
        }

        synchronized int failures() {
            return failures;
        }
    }
}
