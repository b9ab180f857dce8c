package dev.portcullis.cluster.workload;

import dev.portcullis.protocol.Role;

/**
 * Who a client is.
 *
 * @param name of this one of the user's devices
 */
record Persona(String user, String name, Role role) {
    boolean moderates() {
        return role == Role.MODERATOR;
    }
}
