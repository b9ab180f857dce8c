package dev.portcullis.client.bench;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** One chat room of a run: its senders, how far it is acknowledged, and its closed loop if it has one. */
final class BenchRoom {
    private final Vertx vertx;
    private final String name;
    private final List<Sender> members = new ArrayList<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger turn = new AtomicInteger();
    private volatile List<Sender> senders = List.of();
    private volatile Optional<InFlightWindow> window = Optional.empty();
    private volatile boolean open;

    /** A member that may write into the room. */
    interface Sender {
        /** Whether it has joined and is still there. */
        boolean isJoined();

        /** Sends a message that was due at this time. Called from every thread. */
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

    /** Chooses the senders among those who came. */
    void open(int most) {
        senders = members.stream().filter(Sender::isJoined).limit(most).toList();
        open = true;
    }

    /** Begins a closed loop of this width. */
    void loop(int width) {
        int present = (int) members.stream().filter(Sender::isJoined).count();
        if (present > 0) {
            window = Optional.of(new InFlightWindow(present, width));
            sendAll(width);
        }
    }

    /** A closed loop that lost a message, or a member, would stand still for ever. */
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

    /** A refused message frees its place in the closed loop too, but not before the server wants another one. */
    void refused(long pauseMs) {
        if (window.isPresent() && open) {
            vertx.setTimer(pauseMs, any -> sendNext());
        }
    }

    private void sendNext() {
        List<Sender> all = senders;
        if (open && !all.isEmpty()) {
            all.get(Math.floorMod(turn.getAndIncrement(), all.size())).sendFromAnyThread(TimestampMarker.now());
        }
    }

    private void sendAll(int width) {
        for (int i = 0; i < width; i++) {
            sendNext();
        }
    }
}
