package dev.portcullis.cluster.crowd;

import java.net.URI;

/** A node as clients find it. It may be gone, and back at another address. */
public interface Door {
    String name();

    URI ws();

    /** A token that opens it. */
    String token(String user);
}
