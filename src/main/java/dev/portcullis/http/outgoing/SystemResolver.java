package dev.portcullis.http.outgoing;

import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.resilience.WorkerPool.NotRun;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The resolver of the operating system. It blocks for as long as a DNS server is silent, also when no call waits for it
 * any more. So it has its own threads, and calls to one host share one look-up: a host holds one thread at most
 * (CWE-400). Used by all threads.
 */
final class SystemResolver implements OutgoingAddresses.HostResolver {
    private final WorkerPool threads;
    private final Lookup lookup;

    /** One for each host that is asked for now. */
    private final ConcurrentMap<String, Future<Result<List<InetAddress>, NotRun>>> running = new ConcurrentHashMap<>();

    /** Blocks. */
    @FunctionalInterface
    interface Lookup {
        List<InetAddress> addresses(String host) throws UnknownHostException;
    }

    SystemResolver(WorkerPool threads) {
        this(threads, host -> List.of(InetAddress.getAllByName(host)));
    }

    /** For tests: asks no DNS. */
    SystemResolver(WorkerPool threads, Lookup lookup) {
        this.threads = threads;
        this.lookup = lookup;
    }

    @Override
    public Future<Result<List<InetAddress>, NotRun>> resolve(String host) {
        Promise<Result<List<InetAddress>, NotRun>> mine = Promise.promise();
        Future<Result<List<InetAddress>, NotRun>> other = running.putIfAbsent(host, mine.future());
        if (other != null) {
            return other;
        }
        threads.run(() -> lookup.addresses(host)).onComplete((result, failure) -> {
            running.remove(host);
            mine.complete(result, failure);
        });
        return mine.future();
    }
}
