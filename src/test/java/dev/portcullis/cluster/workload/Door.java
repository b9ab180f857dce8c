package dev.portcullis.cluster.workload;

import dev.portcullis.protocol.Role;
import java.net.URI;

/** A node as clients find it. It may be gone, and back at another address. */
public interface Door {
    String name();

    URI ws();

    /** A token that opens it. */
    String token(String user, Role role);
}
