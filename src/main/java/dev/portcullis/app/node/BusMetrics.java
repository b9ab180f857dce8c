package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.EnumTimers;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusEvents;
import dev.portcullis.bus.Stage;

/** Counts what happens on the bus. */
record BusMetrics(Metrics metrics, EnumTimers<Stage> requests) implements BusEvents {
    static BusMetrics of(Metrics metrics) {
        return new BusMetrics(metrics, metrics.busRequests(Stage.class, Stage::id));
    }

    void watch(Bus bus) {
        for (Stage stage : Stage.values()) {
            metrics.gauges().watchOpenBreakers(stage.id(), () -> bus.openBreakers(stage));
        }
    }

    @Override
    public void completed(Stage stage, long nanos) {
        requests.record(stage, nanos);
    }

    @Override
    public void sent(int bytes) {
        metrics.busSent(bytes);
    }

    @Override
    public void dropped() {
        metrics.busDropped();
    }

    @Override
    public void breakerOpened(Stage stage) {
        metrics.breakerOpened();
    }

    @Override
    public void undecodable() {
        metrics.busUndecodable();
    }
}
