package dev.portcullis.edge.connection;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.socket.SharedFrame;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.ServerFrame;
import java.util.Optional;

/** A client as those see it that write to it, whatever transport it has. On its event loop only. */
public interface FrameRecipient {
    RemoteClient peer();

    /** Its session, once it has one. */
    Optional<Session> identified();

    void send(ServerFrame frame);

    /** Sends a frame that others get too; the caller keeps its own reference. */
    void share(SharedFrame frame);

    void close(CloseCode code);
}
