package dev.portcullis.client.bench;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One chat room of a run: its senders, its highest acknowledged seq, and its closed loop if it has one. */
final class BenchRoom {
    private final Vertx vertx;
    private final String name;
    private final List<Sender> members = new ArrayList<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger nextSender = new AtomicInteger();
    private volatile List<Sender> senders = List.of();
    private volatile Optional<InFlightWindow> window = Optional.empty();
    private volatile boolean open;

    /** A member that may write into the room. */
    interface Sender {
        /** Whether it has joined and is still connected. */
        boolean isJoined();

        /** Sends a message that was due at this time. May be called from any thread. */
        void sendFromAnyThread(long due);
    }

    BenchRoom(Vertx vertx, String name) {
        this.vertx = vertx;
        this.name = name;
    }

    String name() {
        return name;
    }

    void add(Sender member) {
        members.add(member);
    }

    List<Sender> senders() {
        return senders;
    }

    /** Chooses the senders among the members that joined. */
    void open(int most) {
        senders = members.stream().filter(Sender::isJoined).limit(most).toList();
        open = true;
    }

    /** Starts a closed loop of this width. */
    void loop(int width) {
        int present = (int) members.stream().filter(Sender::isJoined).count();
        if (present > 0) {
            window = Optional.of(new InFlightWindow(present, width));
            sendAll(width);
        }
    }

    /** Restarts a closed loop that lost a message or a member, which would otherwise stall for ever. */
    void reviveIfStalled() {
        window.filter(InFlightWindow::stalled).ifPresent(stalled -> sendAll(stalled.width()));
    }

    void close() {
        open = false;
    }

    void acknowledged(long seq) {
        acknowledged.accumulateAndGet(seq, Math::max);
    }

    long acknowledged() {
        return acknowledged.get();
    }

    void delivered() {
        if (window.isPresent() && window.get().delivered()) {
            sendNext();
        }
    }

    /** A refused message frees its slot in the closed loop too, but only after the pause that the server asked for. */
    void refused(long pauseMs) {
        if (window.isPresent() && open) {
            vertx.setTimer(pauseMs, any -> sendNext());
        }
    }

    private void sendNext() {
        List<Sender> all = senders;
        if (open && !all.isEmpty()) {
            all.get(Math.floorMod(nextSender.getAndIncrement(), all.size())).sendFromAnyThread(TimestampMarker.now());
        }
    }

    private void sendAll(int width) {
        for (int i = 0; i < width; i++) {
            sendNext();
        }
    }

    /**
     * The closed loop of one room: a fixed number of messages is in flight, and the next one is sent when one has reached
     * all members. Called from several threads.
     */
    private static final class InFlightWindow {
        private final int members;
        private final int width;
        private final AtomicLong deliveries = new AtomicLong();
        private final AtomicLong lastChecked = new AtomicLong(-1);

        InFlightWindow(int members, int width) {
            this.members = members;
            this.width = width;
        }

        int width() {
            return width;
        }

        /** Counts a delivery; returns whether a message has now reached all members, so the next can be sent. */
        boolean delivered() {
            return deliveries.incrementAndGet() % members == 0;
        }

        /**
         * Called periodically; returns whether no delivery came since the last call, so the messages in flight must be
         * given up.
         */
        boolean stalled() {
            long now = deliveries.get();
            return lastChecked.getAndSet(now) == now;
        }
    }
}
