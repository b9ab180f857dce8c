package dev.portcullis.http.outgoing;

import dev.portcullis.http.IpAddress;
import dev.portcullis.http.outgoing.OutgoingAnswer.Why;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Finds the addresses that a call may go to: resolves the host, and judges all that it has. */
record OutgoingAddresses(HostResolver resolver, AddressPolicy policy) {
    /**
     * Finds the addresses of a host, in the order to try them. Fails if the host has none, or they can't be found now. A
     * look-up that does not run, since others hold all threads, says nothing about the host.
     */
    @FunctionalInterface
    interface HostResolver {
        Future<Result<List<InetAddress>, NotRun>> resolve(String host);
    }

    /** The addresses to connect to, or why there are none. */
    Future<Result<List<InetAddress>, Why>> find(OutgoingUrl url) {
        Future<Result<List<InetAddress>, NotRun>> resolved =
                url.literal().isPresent() ? literal(url.host()) : resolver.resolve(url.host());
        return resolved.transform((result, failure) -> Future.succeededFuture(
                failure == null
                        ? result.fold(addresses -> judge(url, addresses), notRun -> Result.refused(Why.RESOLVER_BUSY))
                        : Result.refused(Why.NOT_RESOLVED)));
    }

    private Result<List<InetAddress>, Why> judge(OutgoingUrl url, List<InetAddress> addresses) {
        List<IpAddress> judged = addresses.stream()
                .map(InetAddress::getHostAddress)
                .map(IpAddress::ofPeer)
                .flatMap(Optional::stream)
                .toList();
        return judged.size() == addresses.size() && policy.permits(url, judged)
                ? Result.done(addresses)
                : Result.refused(Why.ADDRESS_REFUSED);
    }

    /** Asks no DNS, since the text was parsed as an address. */
    private static Future<Result<List<InetAddress>, NotRun>> literal(String address) {
        try {
            return Future.succeededFuture(Result.done(List.of(InetAddress.getByName(address))));
        } catch (UnknownHostException impossible) {
            return Future.failedFuture(impossible);
        }
    }
}
