package dev.portcullis.app.node.assembly;

import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.SessionRoles;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.Optional;

/** The live sessions, as the stage {@code rooms} asks about them. */
record SessionRoleReader(SessionStore sessions) implements SessionRoles {
    @Override
    public Future<Optional<Role>> highest(UserId user) {
        return sessions.ofUser(user)
                .map(live ->
                        live.stream().map(session -> session.sender().role()).max(Comparator.naturalOrder()));
    }
}
