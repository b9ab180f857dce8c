package dev.portcullis.ratelimit.reputation;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.http.AddressRange;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.ratelimit.reputation.ReputationConfig.Action;
import dev.portcullis.ratelimit.reputation.ReputationEvents.Lookup;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** All that the configuration names: lists first, which cost nothing to ask, then the service. */
public final class ReputationSources implements AddressReputation {
    /** The service is not told which addresses the own network has (CWE-200), and knows nothing of them. */
    private static final List<AddressRange> PRIVATE = Stream.of(
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.168.0.0/16",
                    "fc00::/7",
                    "fe80::/10")
            .map(AddressRange::parse)
            .map(Optional::orElseThrow)
            .toList();

    private final ReputationConfig config;
    private final Predicate<IpAddress> shared;
    private final ReputationEvents events;
    private final ListedFiles files;
    private final Optional<ReputationService> service;

    /**
     * @param shared addresses that stand for many clients, of which no list is true
     * @param millis a clock that every thread reads
     */
    public ReputationSources(
            Vertx vertx,
            WorkerPool workers,
            OutgoingMetrics outgoing,
            ReputationConfig config,
            Predicate<IpAddress> shared,
            Audit audit,
            Metrics metrics,
            LongSupplier millis) {
        this.config = config;
        this.shared = shared;
        this.events = new ReputationEvents(audit, metrics);
        this.files = new ListedFiles(vertx, workers, config);
        this.service = config.service().map(each -> new ReputationService(vertx, each, outgoing, events, millis));
        service.ifPresent(each -> outgoing.watch(OutgoingService.REPUTATION, each::position));
        metrics.measure(Metric.REPUTATION_RANGES, files::size);
        metrics.measure(Metric.REPUTATION_FILES_UNUSABLE, files::unusable);
        metrics.measure(Metric.REPUTATION_LINES_SKIPPED, files::skipped);
    }

    /** Completes when the lists were read. */
    public Future<Void> open() {
        return config.files().isEmpty() ? Future.succeededFuture() : files.open(config.reloadMs());
    }

    public Future<Void> close() {
        files.close();
        service.ifPresent(ReputationService::close);
        return Future.succeededFuture();
    }

    @Override
    public Future<Standing> of(IpAddress address) {
        if (shared.test(address)) {
            return Future.succeededFuture(Standing.UNKNOWN);
        }
        if (files.contains(address)) {
            return Future.succeededFuture(listed(Lookup.FILE, address));
        }
        return service.filter(any -> !isPrivate(address))
                .map(asked -> asked.of(address)
                        .map(standing -> standing == Standing.LISTED ? listed(Lookup.SERVICE, address) : standing))
                .orElse(Future.succeededFuture(Standing.UNKNOWN));
    }

    private Standing listed(Lookup source, IpAddress address) {
        events.listed(source, address, config.action());
        return config.action() == Action.REFUSE ? Standing.LISTED : Standing.UNKNOWN;
    }

    private static boolean isPrivate(IpAddress address) {
        return PRIVATE.stream().anyMatch(range -> range.contains(address));
    }
}
