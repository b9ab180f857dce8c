package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.edge.transport.ClientProgress;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.protocol.CloseCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives what waits for the client of one session to its poll, or to its WebSocket once it has one: a payload at a time, and the
 * next when it is on its way to the client. Used on the event loop of the session.
 */
public final class EngineDelivery {
    private final EngineOutbox outbox;
    private final EngineLifecycle session;
    private final EngineLoop loop;
    private @Nullable EngineExchange poll;
    private @Nullable EngineSocket socket;
    private @Nullable Runnable onReplayed;
    private @Nullable EngineExchange answering;
    private boolean sending;
    private boolean corked;
    private boolean flushDue;
    private boolean stopped;
    private boolean lastDue;

    EngineDelivery(EngineOutbox outbox, EngineLifecycle session, EngineLoop loop) {
        this.outbox = outbox;
        this.session = session;
        this.loop = loop;
    }

    /** {@code false}: the client is too slow, and the session is to be closed. */
    public boolean send(byte[] packet) {
        boolean queued = outbox.enqueue(packet);
        flushSoon();
        return queued;
    }

    /** Sends a frame that other clients get too, and returns whether it was queued. */
    public boolean send(SharedFrame frame) {
        boolean queued = outbox.enqueue(frame);
        flushSoon();
        return queued;
    }

    /** Sends packets that the client asked for: the client bounds them by reading. */
    public void replay(List<byte[]> packets) {
        packets.forEach(outbox::replay);
        flushSoon();
    }

    /** Holds back what is sent from now on. It is to be uncorked within a time that is short for the client. */
    public void cork() {
        corked = true;
    }

    public void uncork() {
        if (corked) {
            corked = false;
            flushSoon();
        }
    }

    /** Nanoseconds for which the client has taken nothing although something waits. */
    public long stuckFor(long now) {
        return now - outbox.stuckSince(now);
    }

    /** Whether its client polls, and has not gone on by a WebSocket. */
    public boolean isPolled() {
        return socket().isEmpty();
    }

    public long waitingBytes() {
        return outbox.waitingBytes();
    }

    /** The progress of the WebSocket, once the client reads from one. */
    public Optional<ClientProgress> progress() {
        return socket().flatMap(EngineSocket::progress);
    }

    Optional<EngineSocket> socket() {
        return Optional.ofNullable(socket);
    }

    boolean isTo(EngineSocket other) {
        return socket == other;
    }

    boolean isTo(EngineExchange other) {
        return other.equals(poll);
    }

    boolean hasPoll() {
        return poll != null;
    }

    /** Whether something waits that is not on its way. */
    boolean isPending() {
        return lastDue || !outbox.isEmpty();
    }

    /** The client reads from this poll. */
    void begin(EngineExchange next) {
        poll = next;
    }

    /** The client reads from this WebSocket from now on. It has ended its polls before: one that waits is not in order. */
    void begin(EngineSocket next) {
        socket = next;
        EngineExchange late = poll;
        poll = null;
        if (late != null) {
            late.refuse(EngineError.BAD_REQUEST);
        }
    }

    /** Ends a poll that waits, so that the client can go on without it. */
    void releasePoll() {
        EngineExchange released = poll;
        poll = null;
        if (released != null) {
            released.send(EnginePackets.of(EnginePackets.NOOP), () -> {}, () -> loop.execute(session::lost));
        }
    }

    /** Sends what waits at the end of this turn of the loop: several packets leave together. */
    void flushSoon() {
        if (!flushDue) {
            flushDue = true;
            loop.later(() -> {
                flushDue = false;
                flush();
            });
        }
    }

    void flush() {
        if (stopped) {
            outbox.drop();
            notifyReplayed();
        }
        if (sending || corked) {
            return;
        }
        if (outbox.isEmpty() && lastDue) {
            lastDue = false;
            outbox.replay(EnginePackets.of(EnginePackets.CLOSE));
        }
        if (outbox.isEmpty()) {
            session.drained();
        } else if (socket != null) {
            socket.send(take(), this::taken);
        } else if (poll != null) {
            answering = poll;
            poll = null;
            answering.send(take(), () -> loop.execute(this::taken), () -> loop.execute(this::failed));
        }
    }

    private byte[] take() {
        sending = true;
        return outbox.take(loop.limits().frameBytes());
    }

    /** The kernel has the payload: a client that does not read gets no further one, however often it asks. */
    private void taken() {
        sending = false;
        answering = null;
        outbox.taken();
        if (!outbox.replaying()) {
            notifyReplayed();
        }
        flush();
    }

    private void failed() {
        session.lost();
        taken();
    }

    public void whenReplayed(Runnable then) {
        if (outbox.replaying() && !stopped) {
            onReplayed = then;
        } else {
            then.run();
        }
    }

    private void notifyReplayed() {
        Runnable then = onReplayed;
        if (then != null) {
            onReplayed = null;
            then.run();
        }
    }

    /** The client reads nothing more. */
    void stop() {
        stopped = true;
        lastDue = false;
        releasePoll();
        outbox.drop();
        notifyReplayed();
    }

    /**
     * Gives the client what waits and the last packets, and no more. A client that polls gets the packet that closes in an
     * answer of its own: stock clients handle that at once, and what comes along with it only after they have closed.
     */
    void close(List<byte[]> lastPackets, boolean drop) {
        if (drop) {
            outbox.drop();
        }
        lastPackets.forEach(outbox::replay);
        lastDue = socket == null;
        corked = false;
        flush();
        notifyReplayed();
    }

    /** Ends the poll that waits, if one does, and gives the client no more. */
    void closeRefused() {
        outbox.drop();
        lastDue = poll != null;
        corked = false;
        flush();
        notifyReplayed();
    }

    /** @return whether a poll has an answer that its client has not taken */
    boolean end(CloseCode code) {
        stop();
        if (socket != null) {
            socket.close(code);
            outbox.taken();
        }
        return answering != null;
    }

    /** Ends the connection of an answer that the client has not taken by now: its bytes would stay in memory (CWE-400). */
    void cutOff() {
        if (answering != null) {
            answering.cutOff();
        }
    }
}
