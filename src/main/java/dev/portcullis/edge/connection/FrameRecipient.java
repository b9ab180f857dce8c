package dev.portcullis.edge.connection;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.anomaly.SessionWatch;
import dev.portcullis.edge.transport.SharedMessage;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame;
import java.util.Optional;

/** The sending side of a client, independent of its transport. Used on its event loop only. */
public interface FrameRecipient {
    RemoteClient client();

    /** The session, once the client has one. */
    Optional<Session> identified();

    /** The user of its session, once it has one. */
    default Optional<UserId> user() {
        return identified().map(session -> session.sender().userId());
    }

    /** The watch of the session, once the client has one. */
    Optional<SessionWatch> watched();

    /** Frames that it sent. */
    int frameCount();

    void send(ServerFrame frame);

    /** Sends a message that other clients get too. */
    void deliver(SharedMessage message);

    /** Direct messages were sent to it up to this position of its user's inbox. */
    default void inboxReached(Position position) {}

    void close(CloseCode code);
}
