package dev.portcullis.http.outgoing;

import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.NotRun;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the addresses of a host, in the order to try them. Fails if the host has none, or they can't be found now. A
 * look-up that does not run, since others hold all threads, says nothing about the host.
 */
@FunctionalInterface
interface HostResolver {
    Future<Result<List<InetAddress>, NotRun>> resolve(String host);
}
