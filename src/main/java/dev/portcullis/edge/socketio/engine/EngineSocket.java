package dev.portcullis.edge.socketio.engine;

import dev.portcullis.edge.socketio.packet.EnginePackets;
import dev.portcullis.edge.transport.ClientProgress;
import dev.portcullis.edge.transport.ClientTransport;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.JsonMessages;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket of a owner. It may live on another event loop than the session: then it reads one message at a time, and the
 * next once the session has taken it, so that nothing piles up between the two.
 */
public final class EngineSocket implements ClientTransport.Listener {
    private final Owner owner;
    private final EngineLoop own;
    private final Runnable onTaken;
    private @Nullable ClientTransport socket;
    private boolean held;

    /** The WebSockets of the session. */
    interface Owner {
        /** The loop of the session. */
        EngineLoop loop();

        /** @return whether the next message may follow at once */
        boolean message(EngineSocket from, byte[] message);

        void violatedBy(EngineSocket from, CloseCode why);

        /** It has ended, or its end has begun. */
        void lost(EngineSocket ended);
    }

    /**
     * @param owner of its session, called on the loop of that
     * @param onTaken runs on the loop of the session when its client goes on by this WebSocket
     */
    public EngineSocket(Owner owner, EngineLoop own, Runnable onTaken) {
        this.owner = owner;
        this.own = own;
        this.onTaken = onTaken;
    }

    /** Call it on the loop of the socket, before it reads anything. */
    public void bind(ClientTransport opened) {
        socket = opened;
    }

    @Override
    public void message(byte[] utf8) {
        if (isNear()) {
            if (!owner.message(this, utf8)) {
                hold();
            }
        } else {
            hold();
            owner.loop().execute(() -> {
                if (owner.message(this, utf8)) {
                    proceed();
                }
            });
        }
    }

    @Override
    public void violated(CloseCode code) {
        owner.loop().execute(() -> owner.violatedBy(this, code));
    }

    @Override
    public void closing() {
        owner.loop().execute(() -> owner.lost(this));
    }

    @Override
    public void closed() {
        owner.loop().execute(() -> owner.lost(this));
    }

    /** The client goes on by it. */
    void taken() {
        onTaken.run();
    }

    /** The session can take another message. */
    void proceed() {
        own.execute(() -> {
            if (held && socket != null) {
                held = false;
                socket.resume();
            }
        });
    }

    void allow(int bytes) {
        own.execute(() -> {
            if (socket != null) {
                socket.allow(bytes);
            }
        });
    }

    void send(byte[] packet) {
        send(packet, () -> {});
    }

    /**
     * Sends each packet of a payload as a message of its own, and runs {@code taken} on the session's loop once they have left.
     */
    void send(byte[] payload, Runnable taken) {
        List<byte[]> packets = EnginePackets.split(payload, Integer.MAX_VALUE).orElse(List.of());
        own.execute(() -> {
            if (socket != null) {
                socket.replay(JsonMessages.of(packets));
                socket.whenReplayed(() -> owner.loop().execute(taken));
            }
        });
    }

    Optional<ClientProgress> progress() {
        return Optional.ofNullable(socket).map(ClientTransport::progress);
    }

    void answersLater() {
        if (isNear() && socket != null) {
            socket.answersLater();
        }
    }

    void close(CloseCode code) {
        own.execute(() -> {
            if (socket != null) {
                socket.close(code);
            }
        });
    }

    private boolean isNear() {
        return own.equals(owner.loop());
    }

    private void hold() {
        if (socket != null && !held) {
            held = true;
            socket.pause();
        }
    }
}
