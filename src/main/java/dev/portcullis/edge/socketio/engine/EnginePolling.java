package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.protocol.CloseCode;

/** The requests of one session by long-polling: one GET and one POST at a time. */
public final class EnginePolling {
    /** How long a poll waits that comes between the probe and the upgrade, since the client may have sent both at once. */
    private static final long PROBED_POLL_MS = 50;

    private final EngineLifecycle session;
    private final EngineDelivery delivery;
    private final EngineInbound inbound;
    private final EngineSockets sockets;
    private final EngineLoop loop;

    EnginePolling(
            EngineLifecycle session,
            EngineDelivery delivery,
            EngineInbound inbound,
            EngineSockets sockets,
            EngineLoop loop) {
        this.session = session;
        this.delivery = delivery;
        this.inbound = inbound;
        this.sockets = sockets;
        this.loop = loop;
    }

    public void poll(EngineExchange asked) {
        if (refuses(asked)) {
            return;
        }
        if (delivery.hasPoll()) { // as the server of Engine.IO does: two readers of one session can't both be right
            overlap(asked);
            return;
        }
        delivery.begin(asked);
        session.receiver().polls(asked.channel());
        if (sockets.isProbed()) {
            loop.timers().in(PROBED_POLL_MS, () -> releaseProbed(asked));
        }
        delivery.flush();
    }

    /** Claims the one POST at a time. Any thread may call it. */
    public boolean claimPost(EngineExchange by) {
        return inbound.claim(by);
    }

    /** The body of the POST that was claimed. */
    public void post(EngineExchange asked, byte[] body) {
        if (refuses(asked)) {
            inbound.release();
        } else if (session.isOpen()) {
            inbound.post(asked, body);
        } else {
            inbound.release();
            asked.refuse(EngineError.UNKNOWN_SESSION);
        }
    }

    /** The POST that was claimed has ended without a body that could be read. */
    public void postFailed(CloseCode why) {
        inbound.release();
        closeServed(why);
    }

    /**
     * A second request while one of its kind is on its way. As a rule the client has lost the connection of the first one before
     * we know of it, and opens another session.
     */
    public void overlap(EngineExchange asked) {
        asked.refuse(EngineError.BAD_REQUEST);
        closeServed(CloseCode.BROKEN_FRAME);
    }

    /** A late request closes only a session that is served: one whose client has gone must still handle the packets before. */
    private void closeServed(CloseCode why) {
        if (session.isServed()) {
            session.refused(why);
        }
    }

    /** The connection of a request has closed before its answer. */
    public void lost(EngineExchange ended) {
        if (delivery.isTo(ended) || inbound.isClaimedBy(ended)) {
            session.lost();
        }
    }

    private void releaseProbed(EngineExchange asked) {
        if (delivery.isTo(asked) && sockets.isProbed()) {
            delivery.releasePoll();
        }
    }

    private boolean refuses(EngineExchange asked) {
        boolean served = session.isServed();
        if (served && delivery.socket().isEmpty()) {
            return false;
        }
        asked.refuse(served ? EngineError.BAD_REQUEST : EngineError.UNKNOWN_SESSION);
        return true;
    }
}
