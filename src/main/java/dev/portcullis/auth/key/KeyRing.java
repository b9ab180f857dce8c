package dev.portcullis.auth.key;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyOrigin.OfServer;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * The keys of all issuers of a node, and the threads that check slow signatures. A key set of a server is read once for
 * the whole node, and survives a change of other settings.
 */
public final class KeyRing implements AutoCloseable {
    private final Vertx vertx;
    private final WorkerPool workers;
    private final KeysConfig config;
    private final OutgoingMetrics calls;
    private final EnumCounters<KeyFetchResult> fetches;
    private final WorkerPool threads;
    private final Map<Owner, FetchedKeys> fetched = new HashMap<>();

    /**
     * The issuer to which keys belong.
     *
     * @param issuer the value that {@code iss} must have, if the configuration says it
     */
    public record Owner(KeyOrigin origin, Set<SignatureAlgorithm> algorithms, Optional<String> issuer) {
        public Owner {
            algorithms = Set.copyOf(algorithms);
        }
    }

    /** The single key that the configuration gives an issuer. It has no {@code kid}, and is in use as long as the issuer. */
    private record ConfiguredKey(SignatureVerifier key) implements KeySource {
        @Override
        public Future<List<SignatureVerifier>> keysFor(SignatureAlgorithm algorithm, Optional<String> kid) {
            return Future.succeededFuture(key.fits(algorithm) ? List.of(key) : List.of());
        }

        @Override
        public boolean isCurrent(SignatureVerifier other) {
            return key == other;
        }
    }

    /** The state of the keys that come from servers. */
    public enum State {
        /** Each set is as its server has it. */
        FRESH,
        /** A server can't be read; the last set that it gave is in use, or it gave none yet. */
        STALE
    }

    /** @param workers load the JDK's cryptography, which takes a while for the first key */
    public KeyRing(Vertx vertx, WorkerPool workers, KeysConfig config, Metrics metrics, OutgoingMetrics calls) {
        this.vertx = vertx;
        this.workers = workers;
        this.config = config;
        this.calls = calls;
        this.fetches = metrics.counters(Metric.KEY_FETCHES, KeyFetchResult.class, KeyFetchResult::id);
        this.threads =
                new WorkerPool(vertx, "signature", config.threads(), () -> metrics.count(Metric.SIGNATURES_REFUSED));
        metrics.measure(Metric.KEY_SET_AGE_SECONDS, this::oldestSeconds);
        metrics.measure(Metric.KEY_SETS_STALE, this::staleCount);
        metrics.measure(Metric.KEY_BREAKERS_OPEN, this::heldBackCount);
        calls.watch(OutgoingService.KEYS, this::position);
    }

    /** Fails if the key is none that can be used. Waits for the first fetch from a server, which may have failed. */
    public Future<KeySource> open(Owner owner) {
        return owner.origin()
                .fold(
                        secret ->
                                configured(() -> SignatureVerifier.ofSecret(secret.key(), owner.algorithms(), threads)),
                        key -> configured(() -> SignatureVerifier.ofPublicKey(key.key(), owner.algorithms(), threads)),
                        server -> fetched(owner, server));
    }

    /** Stops reading the keys of all others, which are not trusted any more. */
    public void retain(Set<Owner> inUse) {
        List<FetchedKeys> left = new ArrayList<>();
        synchronized (fetched) {
            fetched.entrySet().removeIf(each -> !inUse.contains(each.getKey()) && left.add(each.getValue()));
        }
        left.forEach(FetchedKeys::close);
    }

    public State state() {
        return all().stream().allMatch(FetchedKeys::isFresh) ? State.FRESH : State.STALE;
    }

    /** Whether no set of this owner was ever read from its server. */
    public boolean isMissing(Owner owner) {
        return find(owner).map(FetchedKeys::isMissing).orElse(false);
    }

    /** Why the keys of this owner could not be read the last time. */
    public Optional<KeyFetchResult> problem(Owner owner) {
        return find(owner).flatMap(FetchedKeys::problem);
    }

    /** The age of the oldest set of keys; 0 if no set was read. */
    private long oldestSeconds() {
        return all().stream()
                .flatMap(each -> each.ageSeconds().stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    /** Issuers whose keys are not as their servers have them. */
    private long staleCount() {
        return all().stream().filter(each -> !each.isFresh()).count();
    }

    /** Issuers whose servers are not asked for now, after several failures. */
    private long heldBackCount() {
        return all().stream().filter(FetchedKeys::isHeldBack).count();
    }

    /** The worst of the circuit breakers of all servers. */
    private CircuitBreaker.Pass position() {
        return all().stream()
                .map(FetchedKeys::position)
                .max(Comparator.naturalOrder())
                .orElse(CircuitBreaker.Pass.CLOSED);
    }

    @Override
    public void close() {
        retain(Set.of());
        threads.close();
    }

    private Future<KeySource> configured(Callable<SignatureVerifier> load) {
        return workers.run(load)
                .compose(result -> result.fold(
                        key -> Future.succeededFuture(new ConfiguredKey(key)),
                        why -> Future.failedFuture(
                                new IllegalStateException("no thread was free to load an issuer's key: " + why))));
    }

    private Future<KeySource> fetched(Owner owner, OfServer server) {
        FetchedKeys keys;
        synchronized (fetched) {
            FetchedKeys known = fetched.get(owner);
            if (known != null) {
                return Future.succeededFuture(known);
            }
            keys = new FetchedKeys(
                    vertx,
                    new KeyFetcher(vertx, server, owner.algorithms(), owner.issuer(), config.ca(), calls),
                    server.url(),
                    config,
                    threads,
                    fetches);
            fetched.put(owner, keys);
        }
        return keys.start().map(keys);
    }

    private Optional<FetchedKeys> find(Owner owner) {
        synchronized (fetched) {
            return Optional.ofNullable(fetched.get(owner));
        }
    }

    private List<FetchedKeys> all() {
        synchronized (fetched) {
            return List.copyOf(fetched.values());
        }
    }
}
