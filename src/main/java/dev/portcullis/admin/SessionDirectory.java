package dev.portcullis.admin;

import dev.portcullis.auth.login.ActiveSessions;
import dev.portcullis.auth.revocation.Revoker;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Function;

/**
 * The sessions of the cluster, as operators see them.
 *
 * @param list the live ones of a user, oldest first
 */
public record SessionDirectory(Revoker revoker, Function<UserId, Future<List<ActiveSessions.Row>>> list) {}
