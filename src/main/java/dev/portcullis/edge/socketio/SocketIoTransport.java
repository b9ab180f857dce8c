package dev.portcullis.edge.socketio;

import dev.portcullis.edge.socketio.engine.EngineReceiver;
import dev.portcullis.edge.socketio.engine.EngineSession;
import dev.portcullis.edge.socketio.packet.EmittedEvent;
import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.edge.socketio.packet.EventHead;
import dev.portcullis.edge.socketio.packet.ServerPackets;
import dev.portcullis.edge.socketio.packet.SocketPacket;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.transport.ClientProgress;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.edge.transport.FrameEncoding;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.edge.transport.SharedFrame;
import dev.portcullis.edge.transport.TransportKind;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.codec.FrameChunks;
import dev.portcullis.protocol.codec.ServerFrame;
import io.netty.buffer.Unpooled;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The main namespace of Socket.IO on a session of Engine.IO: events are frames, and frames are events. Used on the event loop of
 * its session only.
 */
final class SocketIoTransport implements ClientTransport, EngineReceiver {
    private final EngineSession session;
    private final Listener listener;
    private final Runnable onLeft;
    private final EventAnswers events;
    private final NamespaceState namespace = new NamespaceState();
    private final SocketPacket.Cases packets = new Packets();
    private final FramesInHand frames = new FramesInHand();
    private final PollConnection pollConnection;
    private @Nullable CloseCode sentCode;
    private boolean closing;

    /**
     * @param isOwnEvent whether a name is that of an event of the application
     * @param onLeft the client has left the namespace, and may ask for it again
     */
    SocketIoTransport(
            EngineSession session,
            Optional<RoomId> defaultRoom,
            Predicate<String> isOwnEvent,
            PollConnection pollConnection,
            Listener listener,
            Runnable onLeft) {
        this.session = session;
        this.pollConnection = pollConnection;
        this.events = new EventAnswers(defaultRoom, isOwnEvent);
        this.listener = listener;
        this.onLeft = onLeft;
    }

    NamespaceState namespace() {
        return namespace;
    }

    EventAnswers events() {
        return events;
    }

    /** The frame of an event is handled. */
    void handled(PendingEvent event) {
        if (event.isBroken() && !closing) {
            broken();
        }
        session.delivery().uncork();
        EventAnswers.withoutAnswer(event).filter(any -> !closing).ifPresent(this::tell);
    }

    /** The limit of the connection comes before the cost of an event, of which only the head is read here (CWE-770). */
    @Override
    public void message(byte[] packet) {
        Optional<EventHead> event = namespace.isNew() ? Optional.empty() : SocketPacket.eventHead(packet);
        if (event.isPresent()) {
            events.add(event.get());
            listener.message(packet);
        } else {
            SocketPacket.decode(packet).ifPresentOrElse(decoded -> decoded.accept(packets), this::broken);
        }
    }

    @Override
    public void violated(CloseCode code) {
        if (!closing) {
            listener.violated(code);
        }
    }

    /** Leaves after a CONNECT before it was answered: otherwise its refusal would not count (CWE-307). */
    private void leave() {
        whenHandled(() -> {
            ending();
            ended();
            onLeft.run();
        });
    }

    /** Does nothing for a connection that closes: it handles no more frames, and its session ends without this. */
    @Override
    public void whenHandled(Runnable then) {
        if (frames.defer(then)) {
            session.inbound().pause();
        }
    }

    @Override
    public void polls(HttpChannel on) {
        if (namespace.isConnected() && !closing) {
            pollConnection.use(on);
        }
    }

    @Override
    public void upgraded() {
        pollConnection.release();
    }

    @Override
    public void ending() {
        if (!closing) {
            closing = true;
            pollConnection.release();
            listener.closing();
        }
    }

    @Override
    public void ended() {
        listener.closed();
    }

    @Override
    public TransportKind kind() {
        return session.delivery().isPolled() ? TransportKind.SOCKETIO_POLLING : TransportKind.SOCKETIO;
    }

    @Override
    public FrameEncoding encoding() {
        return Encoding.EVENTS;
    }

    @Override
    public void allow(int bytes) {
        session.allow(bytes);
    }

    @Override
    public void send(ServerFrame frame) {
        if (closing) {
            return;
        }
        if (frame instanceof ServerFrame.AuthSuccess greeting && namespace.connect()) {
            greet(greeting);
        } else if (namespace.isConnected()) {
            events.packets(frame).forEach(this::tell);
        } else if (frame instanceof ServerFrame.ServerDraining draining) {
            namespace.drains(draining, System.nanoTime());
        } // what is refused before is told by the packet that ends the connection
    }

    @Override
    public void share(SharedFrame frame) {
        if (!closing) {
            closeUnless(session.delivery().send(frame));
        }
    }

    @Override
    public void replay(ServerFrame frame) {
        if (!closing) {
            session.delivery().replay(events.packets(frame));
            session.delivery().uncork();
        }
    }

    @Override
    public void replay(JsonMessages messages) {
        if (!closing) {
            session.delivery().replay(ServerPackets.eventsOf(messages));
        }
    }

    @Override
    public void whenReplayed(Runnable then) {
        if (closing) {
            then.run();
        } else {
            session.delivery().whenReplayed(then);
        }
    }

    @Override
    public void ping() {
        if (!closing) {
            session.ping();
        }
    }

    /** Counted for the transport: its client waits for pings whether it is in the namespace or not. */
    @Override
    public long sincePing(long now) {
        return session.inbound().sincePing(now);
    }

    @Override
    public void pause() {
        if (!closing) {
            session.inbound().pause();
        }
    }

    @Override
    public void resume() {
        if (!closing) {
            frames.end();
            session.sockets().resume();
        }
    }

    @Override
    public void close(CloseCode code) {
        if (!closing) {
            sentCode = code;
            ending();
            session.close(code, namespace.lastPackets(code));
        }
    }

    @Override
    public boolean closing() {
        return closing;
    }

    @Override
    public @Nullable CloseCode sentCode() {
        return sentCode;
    }

    @Override
    public long silentFor(long now) {
        return session.inbound().silentFor(now);
    }

    /** A message counts as heard when it is whole: one that never ends is silence. */
    @Override
    public long unfinishedFor(long now) {
        return 0;
    }

    @Override
    public long unfinishedBytes() {
        return 0;
    }

    @Override
    public long stuckFor(long now) {
        return session.delivery().stuckFor(now);
    }

    /** A pong can't overtake the POST before it, nor a ping the answer to a poll. */
    @Override
    public ClientProgress progress() {
        return session.delivery()
                .progress()
                .orElseGet(() -> pollConnection
                        .counters()
                        .map(tcp -> new ClientProgress(
                                tcp.awaitsPeer(),
                                tcp.acknowledged(),
                                session.inbound().posted()))
                        .orElseGet(() ->
                                new ClientProgress(false, 0, session.inbound().posted())));
    }

    @Override
    public void queued(long bytes) {
        session.inbound().queued(bytes);
    }

    @Override
    public void answersLater() {
        frames.begin();
        session.sockets().answersLater();
    }

    @Override
    public void inHand(long bytes) {
        session.inbound().inHand(bytes);
    }

    @Override
    public long waitingBytes() {
        return session.delivery().waitingBytes();
    }

    private void tell(byte[] packet) {
        closeUnless(session.delivery().send(packet));
    }

    /**
     * The client learns that it is connected once its first frame, which joins the default room, is answered. As with the
     * server of Socket.IO it then misses nothing that is said.
     */
    private void greet(ServerFrame.AuthSuccess greeting) {
        session.connected(greeting.userId());
        tell(ServerPackets.connected(greeting.sessionId()));
        tell(ServerPackets.event(FrameChunks.encode(greeting)));
        namespace.draining(System.nanoTime()).ifPresent(this::send);
        events.addDefaultRoom(greeting.csrfToken()).ifPresent(join -> {
            session.delivery().cork();
            listener.message(join);
        });
    }

    private void closeUnless(boolean queued) {
        if (!queued) {
            close(CloseCode.TOO_SLOW);
        }
    }

    private void broken() {
        session.violated(CloseCode.BROKEN_FRAME);
    }

    /** Handles the packets of the client: events become frames of its connection, all others concern the namespace. */
    private final class Packets implements SocketPacket.Cases {
        @Override
        public void connect(SocketPacket.Connect packet) {
            if (namespace.isNew()) {
                namespace.asked(packet.payload());
                listener.message(new byte[0]); // its handler asks for the payload
            } else {
                broken();
            }
        }

        @Override
        public void otherNamespace(SocketPacket.OtherNamespace packet) {
            if (requireControl()) {
                tell(ServerPackets.unknownNamespace(packet.name()));
            }
        }

        /** An event before the client has asked for the namespace, which closes it: the handler finds no payload. */
        @Override
        public void event(EmittedEvent event) {
            listener.message(new byte[0]);
        }

        @Override
        public void ack() {
            requireControl();
        }

        @Override
        public void disconnect() {
            if (namespace.isNew()) {
                broken();
            } else {
                leave();
            }
        }

        private boolean requireControl() {
            boolean admitted = session.inbound().admitsControl();
            if (!admitted) {
                session.violated(CloseCode.HOSTILE);
            }
            return admitted;
        }
    }

    /** Messages as events. Not framed: they leave in the payload of a poll, or each as a message of a WebSocket. */
    private enum Encoding implements FrameEncoding {
        EVENTS;

        @Override
        public SharedFrame encode(byte[] json, MemoryBudget memory) {
            return new SharedFrame(Unpooled.wrappedBuffer(EnginePackets.join(ServerPackets.events(json))), memory);
        }
    }

    /** Whether the connection of a client still handles what that sent, and what follows once it has. */
    private static final class FramesInHand {
        private @Nullable Runnable next;
        private boolean any;

        void begin() {
            any = true;
        }

        /** @return whether it has to wait; otherwise it has run */
        boolean defer(Runnable then) {
            boolean waits = any;
            if (waits) {
                next = then;
            } else {
                then.run();
            }
            return waits;
        }

        void end() {
            any = false;
            Runnable then = next;
            next = null;
            if (then != null) {
                then.run();
            }
        }
    }
}
