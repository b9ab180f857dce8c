package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyEvents;
import dev.portcullis.auth.key.KeyFetchResult;
import dev.portcullis.auth.key.KeyRing;

/** Counts what happens to the keys of issuers. */
final class KeyMetrics implements KeyEvents {
    private final Metrics metrics;
    private final EnumCounters<KeyFetchResult> fetches;

    KeyMetrics(Metrics metrics) {
        this.metrics = metrics;
        this.fetches = metrics.keyFetches(KeyFetchResult.class, KeyFetchResult::id);
    }

    void watch(KeyRing keys) {
        metrics.watchKeys(keys::oldestSeconds, keys::staleCount, keys::heldBackCount);
    }

    @Override
    public void fetched(KeyFetchResult result) {
        fetches.add(result);
    }

    @Override
    public void signatureNotChecked() {
        metrics.signatureNotChecked();
    }
}
