package dev.portcullis.cluster.workload;

import dev.portcullis.protocol.Role;
import java.net.URI;

/** A node as clients connect to it. After a restart it may have another address. */
public interface Endpoint {
    String name();

    URI ws();

    /** A token that the node accepts. */
    String token(String user, Role role);
}
