package dev.portcullis.edge.socketio.engine;

import dev.portcullis.config.crypto.Base64Url;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.UserId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One session of Engine.IO, from its first request to its end. It belongs to one event loop, on which all methods run that do
 * not say otherwise.
 */
public final class EngineSession extends EngineLifecycle {
    private static final int ID_BYTES = 24;

    private final EngineLoop shared;

    /** 192 random bits, since who knows an id can read and write in the name of its session (CWE-330). */
    private final String id = Base64Url.random(ID_BYTES);

    private final EngineOrigin origin;
    private final Consumer<EngineSession> onEnded;
    private final EngineDelivery delivery;
    private final EngineInbound inbound;
    private final EngineSockets sockets;
    private final EnginePolling polling;
    private EngineReceiver receiver = EngineReceiver.NONE;
    private Runnable onDropped = () -> {};
    private volatile Optional<UserId> user = Optional.empty();
    private State state = State.OPEN;
    private CloseCode code = CloseCode.GOING_AWAY;
    private int allowed;
    private boolean refused;

    private enum State {
        OPEN,
        /** The client is gone. Packets that it sent before are still handled, as they would have been a moment ago. */
        LEAVING,
        /** The client still gets the packets that wait for it. */
        CLOSING,
        CLOSED
    }

    /** @param onEnded gets it once it is over */
    public EngineSession(EngineLoop shared, EngineOrigin origin, Consumer<EngineSession> onEnded) {
        this.shared = shared;
        this.origin = origin;
        this.onEnded = onEnded;
        this.allowed = shared.limits().authFrameBytes();
        this.delivery = new EngineDelivery(new EngineOutbox(this, shared), this, shared);
        this.inbound = new EngineInbound(this, shared);
        this.sockets = new EngineSockets(this, delivery, inbound, shared);
        this.polling = new EnginePolling(this, delivery, inbound, sockets, shared);
    }

    /** Any thread may call it. Never to be logged. */
    public String id() {
        return id;
    }

    /** Any thread may call it. */
    public EngineLoop loop() {
        return shared;
    }

    /** Any thread may call it. */
    public EngineOrigin origin() {
        return origin;
    }

    public EnginePolling polling() {
        return polling;
    }

    public EngineSockets sockets() {
        return sockets;
    }

    public EngineDelivery delivery() {
        return delivery;
    }

    public EngineInbound inbound() {
        return inbound;
    }

    /** The next one gets what the client sends from now on. */
    public void receiver(EngineReceiver next) {
        receiver = next;
        user = Optional.empty();
    }

    /** The user who makes the client's requests from now on. */
    public void connected(UserId as) {
        user = Optional.of(as);
    }

    /** The user of the session; empty until its client has proved who it is. Any thread may call it. */
    public Optional<UserId> user() {
        return user;
    }

    public void allow(int bytes) {
        allowed = bytes;
        sockets.allow(bytes);
    }

    public void ping() {
        inbound.pinged();
        if (!delivery.send(EnginePackets.of(EnginePackets.PING))) {
            closeReceiver(CloseCode.TOO_SLOW);
        }
    }

    @Override
    public void violated(CloseCode why) {
        if (isOpen()) {
            refused = inbound.refusePost();
            receiver.violated(why);
        }
    }

    /**
     * Takes nothing more from the client, gives it the last packets behind what waits, unless that is too much, and ends. A
     * client that learned of it by a refused request gets nothing more: otherwise a race would decide what it hears.
     */
    public void close(CloseCode why, List<byte[]> lastPackets) {
        if (!isOpen()) {
            return;
        }
        state = State.CLOSING;
        code = why;
        inbound.clear();
        sockets.closeProbing(why);
        shared.afterLinger(this::end);
        if (refused) {
            delivery.closeRefused();
        } else {
            delivery.close(lastPackets, why == CloseCode.TOO_SLOW || why == CloseCode.NO_CAPACITY);
        }
    }

    /** There is nothing that could receive what the client sends. */
    public void abandon() {
        receiver = EngineReceiver.NONE;
        close(CloseCode.NO_CAPACITY, List.of());
    }

    /** @param then closes the connection of the WebSocket that it has now, if it is dropped */
    public void whenDropped(Runnable then) {
        onDropped = then;
    }

    /**
     * Ends at once: its place is another one's now. A peer that answers no close would hold its connection, and counts no more.
     */
    public void drop() {
        code = CloseCode.NO_CAPACITY;
        end();
        onDropped.run();
    }

    @Override
    boolean isOpen() {
        return state == State.OPEN || state == State.LEAVING;
    }

    private void end() {
        if (state == State.CLOSED) {
            return;
        }
        if (isOpen()) {
            receiver.ending();
        }
        state = State.CLOSED;
        onEnded.accept(this);
        inbound.clear();
        sockets.closeProbing(code);
        if (delivery.end(code)) {
            shared.afterLinger(delivery::cutOff);
        }
        receiver.ended();
    }

    @Override
    EngineReceiver receiver() {
        return receiver;
    }

    @Override
    int allowed() {
        return allowed;
    }

    @Override
    boolean isUpgradable() {
        return state == State.OPEN && delivery.socket().isEmpty();
    }

    /** The timer of the heartbeat may be a little late: a request in between still gets the answer why the session ends. */
    @Override
    boolean isServed() {
        if (state == State.OPEN && inbound.silentFor(System.nanoTime()) / 1_000_000 >= shared.timeoutMs()) {
            closeReceiver(CloseCode.HEARTBEAT_TIMEOUT);
        }
        return state == State.OPEN || (state == State.CLOSING && delivery.isPending());
    }

    @Override
    void closeReceiver(CloseCode why) {
        receiver.close(why);
    }

    @Override
    void refused(CloseCode why) {
        refused = true;
        receiver.close(why);
    }

    @Override
    void drained() {
        if (state == State.CLOSING) {
            end();
        }
    }

    @Override
    void lost() {
        if (state == State.OPEN) {
            inbound.end();
        } else if (state == State.CLOSING) {
            end();
        }
    }

    @Override
    void leaving() {
        if (state == State.OPEN) {
            state = State.LEAVING;
            sockets.closeProbing(code);
            delivery.stop();
        }
    }

    @Override
    void left() {
        receiver.whenHandled(this::end);
    }
}
