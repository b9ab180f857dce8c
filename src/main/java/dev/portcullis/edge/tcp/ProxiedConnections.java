package dev.portcullis.edge.tcp;

/** Judges the connections that trusted proxies forward, once their PROXY header was read. Called on event loops. */
public interface ProxiedConnections {
    /**
     * The proxy has named the client, or speaks for itself.
     *
     * @return whether the connection goes on; otherwise it is closed
     */
    boolean identified(HttpChannel channel);

    /** The header is malformed: the connection is closed. */
    void headerRefused(HttpChannel channel);
}
