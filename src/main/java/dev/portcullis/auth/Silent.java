package dev.portcullis.auth;

import java.util.Set;

/** An edge's answer to a {@link Probe}: those of the sessions that are silent. */
public record Silent(Set<String> sessionIds) {
    static final Silent NOBODY = new Silent(Set.of());
}
