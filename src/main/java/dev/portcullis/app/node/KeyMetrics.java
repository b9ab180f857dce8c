package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyEvents;
import dev.portcullis.auth.key.KeyFetchResult;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.http.outgoing.OutgoingService;

/** Counts what happens to the keys of issuers. */
final class KeyMetrics implements KeyEvents {
    private final Metrics metrics;
    private final OutgoingMetrics outgoing;
    private final EnumCounters<KeyFetchResult> fetches;

    KeyMetrics(Metrics metrics, OutgoingMetrics outgoing) {
        this.metrics = metrics;
        this.outgoing = outgoing;
        this.fetches = metrics.counters(Metric.KEY_FETCHES, KeyFetchResult.class, KeyFetchResult::id);
    }

    void watch(KeyRing keys) {
        metrics.measure(Metric.KEY_SET_AGE_SECONDS, keys::oldestSeconds);
        metrics.measure(Metric.KEY_SETS_STALE, keys::staleCount);
        metrics.measure(Metric.KEY_BREAKERS_OPEN, keys::heldBackCount);
        outgoing.watch(OutgoingService.KEYS, keys::position);
    }

    @Override
    public void completed(OutgoingService service, long nanos) {
        outgoing.completed(service, nanos);
    }

    @Override
    public void failed(OutgoingService service) {
        outgoing.failed(service);
    }

    @Override
    public void fetched(KeyFetchResult result) {
        fetches.add(result);
    }

    @Override
    public void signatureNotChecked() {
        metrics.count(Metric.SIGNATURES_REFUSED);
    }
}
