package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socket.ControlFrameLimiter;
import dev.portcullis.edge.socket.InboundBacklog;
import dev.portcullis.edge.socketio.packet.EngineError;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.protocol.CloseCode;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The packets that the client of one session sent and that are not handled yet: those of one POST, or one message of its
 * WebSocket. A POST is answered once its packets are handled, so a client sends no faster than that. Used on the event loop of
 * its session, but for the claim of a POST.
 */
public final class EngineInbound {
    private final EngineLifecycle session;
    private final InboundBacklog backlog;
    private final ControlFrameLimiter controlPackets;
    private final int maxPackets;
    private final AtomicReference<@Nullable EngineExchange> posting = new AtomicReference<>();
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(1);
    private @Nullable EngineExchange post;
    private long bytes;
    private long heardAt = System.nanoTime();
    private long pingedAt = System.nanoTime();
    private boolean paused;
    private boolean pumping;
    private boolean ended;

    EngineInbound(EngineLifecycle session, EngineLoop loop) {
        this.session = session;
        this.backlog =
                new InboundBacklog(loop.shedder(), loop::later, () -> session.closeReceiver(CloseCode.NO_CAPACITY));
        this.controlPackets = new ControlFrameLimiter(loop.limits().controlFrames());
        this.maxPackets = loop.packets();
    }

    /** Claims the one POST at a time. Any thread may call it. */
    boolean claim(EngineExchange by) {
        return posting.compareAndSet(null, by);
    }

    boolean isClaimedBy(EngineExchange asked) {
        return asked.equals(posting.get());
    }

    void release() {
        posting.set(null);
    }

    /** The body of the POST that was claimed. */
    void post(EngineExchange asked, byte[] body) {
        post = asked;
        if (!EnginePackets.isUtf8(body)) {
            session.violated(CloseCode.BAD_UTF8);
            return;
        }
        EnginePackets.split(body, maxPackets)
                .ifPresentOrElse(
                        packets -> {
                            packets.forEach(this::add);
                            pump();
                        },
                        () -> session.violated(CloseCode.HOSTILE));
    }

    /** @return whether the next message may follow at once */
    boolean message(byte[] packet) {
        add(packet);
        pump();
        return isReady();
    }

    /** The client is gone without a word, which is its last packet. */
    void end() {
        add(EnginePackets.of(EnginePackets.CLOSE));
        pump();
    }

    boolean isReady() {
        return !paused && waiting.isEmpty();
    }

    public void pause() {
        paused = true;
    }

    /** @return whether there was a pause */
    boolean resume() {
        boolean was = paused;
        if (was) {
            paused = false;
            heardAt = System.nanoTime();
            pump();
        }
        return was;
    }

    /** Nanoseconds since the last packet of the client; 0 while none is read. */
    public long silentFor(long now) {
        return isReady() ? now - heardAt : 0;
    }

    /** Bytes of the POST that is on its way. */
    public long posted() {
        EngineExchange claimed = posting.get();
        return claimed == null ? 0 : claimed.request().bytesRead();
    }

    /** Bytes of packets that are passed on and wait. */
    public void queued(long waitingBytes) {
        backlog.queued(waitingBytes);
    }

    /** Bytes of packets that are passed on and being handled. */
    public void inHand(long handledBytes) {
        backlog.inHand(handledBytes);
    }

    void pinged() {
        pingedAt = System.nanoTime();
        controlPackets.pinged();
    }

    /** Nanoseconds since the last ping: by the clock of the session, whatever its client does meanwhile. */
    public long sincePing(long now) {
        return now - pingedAt;
    }

    /** Whether one more packet that is no event is no flood. */
    public boolean admitsControl() {
        return controlPackets.admitsPing(System.nanoTime());
    }

    private void acceptPost() {
        EngineExchange last = takePost();
        if (last != null) {
            last.accept();
        }
    }

    /** A packet breaks a rule. @return whether it came by a POST, whose answer tells the client */
    boolean refusePost() {
        EngineExchange refused = takePost();
        if (refused != null) {
            refused.refuse(EngineError.BAD_REQUEST);
        }
        return refused != null;
    }

    /** A POST that is still in hand was in order: what ended the session was not. */
    void clear() {
        waiting.clear();
        bytes = 0;
        backlog.fragments(0);
        acceptPost();
    }

    /** Nothing counts behind the last packet. */
    private void add(byte[] packet) {
        if (ended) {
            return;
        }
        heardAt = System.nanoTime();
        waiting.add(packet);
        bytes += packet.length;
        backlog.fragments(bytes);
        if (isLast(packet)) {
            ended = true;
            session.leaving();
        }
    }

    private static boolean isLast(byte[] packet) {
        return EnginePackets.kind(packet)
                .filter(kind -> kind == EnginePackets.CLOSE)
                .isPresent();
    }

    private void pump() {
        if (pumping) {
            return; // what a packet led to
        }
        pumping = true;
        for (byte[] next = next(); next != null; next = next()) {
            handle(next);
        }
        pumping = false;
        if (session.isOpen() && isReady()) {
            acceptPost();
        }
    }

    private byte @Nullable [] next() {
        byte[] next = paused || !session.isOpen() ? null : waiting.poll();
        if (next != null) {
            bytes -= next.length;
            backlog.fragments(bytes);
        }
        return next;
    }

    private void handle(byte[] packet) {
        switch (EnginePackets.kind(packet).orElse((byte) 0)) {
            case EnginePackets.MESSAGE -> {
                if (packet.length > session.allowed()) { // as a message of a WebSocket
                    session.violated(CloseCode.TOO_LARGE);
                } else {
                    session.receiver().message(Arrays.copyOfRange(packet, 1, packet.length));
                }
            }
            case EnginePackets.PONG -> requireAdmitted(controlPackets.admitsPong(System.nanoTime()));
            case EnginePackets.NOOP -> requireAdmitted(admitsControl());
            case EnginePackets.CLOSE -> session.left();
            case EnginePackets.BINARY -> session.violated(CloseCode.BINARY);
            default -> session.violated(CloseCode.BROKEN_FRAME);
        }
    }

    private void requireAdmitted(boolean admitted) {
        if (!admitted) {
            session.violated(CloseCode.HOSTILE);
        }
    }

    private @Nullable EngineExchange takePost() {
        EngineExchange taken = post;
        if (taken != null) {
            post = null;
            posting.set(null);
        }
        return taken;
    }
}
