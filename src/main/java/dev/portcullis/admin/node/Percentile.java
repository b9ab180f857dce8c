package dev.portcullis.admin.node;

import dev.portcullis.audit.metrics.MeterValues.Durations;

/** A percentile of what a histogram counted between two times, in milliseconds. */
final class Percentile {
    private Percentile() {}

    /**
     * Interpolates within the bucket. A duration beyond the last bound counts as that bound.
     *
     * @param part such as 0.99
     * @return 0 if nothing was counted
     */
    static double ofNew(Durations before, Durations now, double part) {
        double all = added(before.count(), now.count());
        if (all <= 0 || now.seconds().isEmpty()) {
            return 0;
        }
        double wanted = all * part;
        double belowBound = 0;
        double lower = 0;
        for (int i = 0; i < now.seconds().size(); i++) {
            double bound = now.seconds().get(i);
            double upTo = added(
                    i < before.counts().size() ? before.counts().get(i) : 0,
                    now.counts().get(i));
            if (upTo >= wanted) {
                double share = upTo > belowBound ? (wanted - belowBound) / (upTo - belowBound) : 1;
                return (lower + (bound - lower) * share) * 1_000;
            }
            belowBound = upTo;
            lower = bound;
        }
        return lower * 1_000;
    }

    /** A count that fell began again. */
    static double added(double before, double now) {
        return now >= before ? now - before : now;
    }
}
