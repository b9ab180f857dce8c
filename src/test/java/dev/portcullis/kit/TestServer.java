package dev.portcullis.kit;

import java.net.URI;

/** A server for clients, of one node or several. */
public interface TestServer extends AutoCloseable {
    URI ws();

    String token(String user, String... rooms);

    /** Connects with a token and returns after {@code auth_success}. */
    default JdkPeer enter(String user, String... rooms) {
        JdkPeer peer = JdkPeer.admitted(ws(), token(user, rooms));
        peer.next("auth_success");
        return peer;
    }

    @Override
    void close();
}
