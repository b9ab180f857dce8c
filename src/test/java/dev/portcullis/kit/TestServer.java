package dev.portcullis.kit;

import java.net.URI;

/** Where clients come in, whatever stands behind it. */
public interface TestServer extends AutoCloseable {
    URI ws();

    String token(String user, String... rooms);

    /** A connection with a token, greeted. */
    default JdkPeer enter(String user, String... rooms) {
        JdkPeer peer = JdkPeer.admitted(ws(), token(user, rooms));
        peer.next("auth_success");
        return peer;
    }

    @Override
    void close();
}
