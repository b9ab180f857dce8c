package dev.portcullis.cluster.workload;

import dev.portcullis.protocol.Role;

/**
 * The identity of a client.
 *
 * @param name of the user's device
 */
record ClientIdentity(String user, String name, Role role) {
    boolean moderates() {
        return role == Role.MODERATOR;
    }
}
