package dev.portcullis.http.outgoing;

import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The resolver of the operating system. It blocks for as long as a DNS server is silent, so it has its own threads. */
record SystemResolver(WorkerPool threads) implements HostResolver {
    @Override
    public Future<List<InetAddress>> resolve(String host) {
        return threads.run(() -> List.of(InetAddress.getAllByName(host)))
                .compose(result -> result.fold(
                        Future::succeededFuture,
                        why -> Future.failedFuture(new UnknownHostException("the resolver is " + why))));
    }
}
