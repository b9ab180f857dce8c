package dev.portcullis.http.outgoing;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/** Finds the addresses of a host, in the order to try them. Fails if the host has none, or they can't be found now. */
@FunctionalInterface
interface HostResolver {
    Future<List<InetAddress>> resolve(String host);
}
