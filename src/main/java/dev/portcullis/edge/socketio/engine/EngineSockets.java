package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socket.ControlFrameLimiter;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.protocol.CloseCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The WebSockets of one session: the one that it has, or the one that it may get. The client probes that socket, ends its
 * polls, and then says that it goes on there. Until then everything goes by polls. One socket is probed at a time, and none is
 * of use for a session that has one already.
 */
public final class EngineSockets implements EngineSocket.Owner {
    /**
     * How long the connection of a WebSocket may last that the client does not go on by: the time of a probe, and of its close.
     */
    public static final long MAX_PROBING_MS = 20_000;

    private static final long TIMEOUT_MS = 10_000;

    /**
     * One WebSocket in use, and one that is told by its close that it is of no use: clients expect no refusal in HTTP there.
     */
    private static final int MAX_CONNECTED = 2;

    private final EngineLifecycle session;
    private final EngineDelivery delivery;
    private final EngineInbound inbound;
    private final EngineLoop loop;
    private final ControlFrameLimiter upgrades;
    private final AtomicInteger connected = new AtomicInteger();
    private @Nullable EngineSocket probing;
    private boolean probed;

    EngineSockets(EngineLifecycle session, EngineDelivery delivery, EngineInbound inbound, EngineLoop loop) {
        this.session = session;
        this.delivery = delivery;
        this.inbound = inbound;
        this.loop = loop;
        this.upgrades = new ControlFrameLimiter(loop.limits().controlFrames());
    }

    /**
     * Claims a place for one more WebSocket: none of them takes a slot of its own (CWE-770). The place is to be released when its
     * connection has closed, and not when it is forgotten: until then it has a file descriptor. Any thread may call it.
     */
    public boolean claim() {
        return connected.getAndUpdate(before -> Math.min(before + 1, MAX_CONNECTED)) < MAX_CONNECTED;
    }

    /** The connection of a claim has closed. Any thread may call it. */
    public void release() {
        connected.decrementAndGet();
    }

    /** Whether its client may try one more WebSocket by now. Any thread may ask. */
    public boolean admitsUpgrade() {
        synchronized (upgrades) {
            return upgrades.admitsPing(System.nanoTime());
        }
    }

    /** Begins with a WebSocket, without polling before. */
    public void open(EngineSocket first, byte[] openPacket) {
        connected.incrementAndGet(); // for as long as the session lasts
        delivery.begin(first);
        first.allow(session.allowed());
        first.send(openPacket);
    }

    /** Takes a WebSocket to which the client may upgrade. */
    public void probe(EngineSocket socket) {
        if (!session.isUpgradable() || probing != null) {
            socket.close(CloseCode.BROKEN_FRAME);
            return;
        }
        probing = socket;
        socket.allow(session.allowed());
        loop.timers().in(TIMEOUT_MS, () -> {
            if (probing == socket) {
                closeProbing(CloseCode.NO_AUTH_IN_TIME);
            }
        });
    }

    /** Frames of the client are accepted again. */
    public void resume() {
        if (inbound.resume() && inbound.isReady()) {
            delivery.socket().ifPresent(EngineSocket::proceed);
        }
    }

    public void answersLater() {
        delivery.socket().ifPresent(EngineSocket::answersLater);
    }

    boolean isProbed() {
        return probed;
    }

    void allow(int bytes) {
        if (probing != null) {
            probing.allow(bytes);
        }
        delivery.socket().ifPresent(each -> each.allow(bytes));
    }

    @Override
    public EngineLoop loop() {
        return loop;
    }

    @Override
    public boolean message(EngineSocket from, byte[] message) {
        if (delivery.isTo(from)) {
            return inbound.message(message);
        }
        if (from == probing) { // else its close is on its way
            probe(from, message);
        }
        return true;
    }

    @Override
    public void violatedBy(EngineSocket from, CloseCode why) {
        if (delivery.isTo(from)) {
            session.violated(why);
        } else {
            forget(from);
            from.close(why);
        }
    }

    @Override
    public void lost(EngineSocket ended) {
        if (delivery.isTo(ended)) {
            session.lost();
        } else {
            forget(ended);
        }
    }

    void closeProbing(CloseCode code) {
        EngineSocket ended = probing;
        if (ended != null) {
            forget(ended);
            ended.close(code);
        }
    }

    private void probe(EngineSocket from, byte[] packet) {
        if (!probed && EnginePackets.isProbe(packet)) {
            probed = true;
            from.send(EnginePackets.probed());
            delivery.releasePoll();
        } else if (probed && EnginePackets.isUpgrade(packet)) {
            forget(from);
            delivery.begin(from);
            from.taken();
            session.receiver().upgraded();
            delivery.flushSoon();
        } else {
            closeProbing(CloseCode.BROKEN_FRAME);
        }
    }

    private void forget(EngineSocket ended) {
        if (ended == probing) {
            probing = null;
            probed = false;
        }
    }
}
