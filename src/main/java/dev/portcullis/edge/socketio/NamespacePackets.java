package dev.portcullis.edge.socketio;

import dev.portcullis.edge.socketio.engine.EngineSession;
import dev.portcullis.edge.socketio.packet.EmittedEvent;
import dev.portcullis.edge.socketio.packet.ServerPackets;
import dev.portcullis.edge.socketio.packet.SocketPacket;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.protocol.CloseCode;

/** Handles the packets of one client: events become frames of its connection, all others concern the namespace. */
final class NamespacePackets implements SocketPacket.Cases {
    private final EngineSession session;
    private final NamespaceState namespace;
    private final EventAnswers events;
    private final ClientTransport.Listener listener;
    private final Client client;

    /** The client that sends them. */
    interface Client {
        void tell(byte[] packet);

        /** It leaves the namespace, once what it sent before is handled. */
        void leave();
    }

    NamespacePackets(
            EngineSession session,
            NamespaceState namespace,
            EventAnswers events,
            ClientTransport.Listener listener,
            Client client) {
        this.session = session;
        this.namespace = namespace;
        this.events = events;
        this.listener = listener;
        this.client = client;
    }

    void read(byte[] packet) {
        SocketPacket.decode(packet).ifPresentOrElse(decoded -> decoded.accept(this), this::broken);
    }

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
            client.tell(ServerPackets.unknownNamespace(packet.name()));
        }
    }

    @Override
    public void event(EmittedEvent event) {
        listener.message(events.add(event));
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
            client.leave();
        }
    }

    private void broken() {
        session.violated(CloseCode.BROKEN_FRAME);
    }

    private boolean requireControl() {
        boolean admitted = session.inbound().admitsControl();
        if (!admitted) {
            session.violated(CloseCode.HOSTILE);
        }
        return admitted;
    }
}
