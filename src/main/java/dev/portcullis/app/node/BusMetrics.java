package dev.portcullis.app.node;

import dev.portcullis.audit.metrics.EnumTimers;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusEvents;
import dev.portcullis.bus.Stage;

/** Counts what happens on the bus. */
record BusMetrics(Metrics metrics, EnumTimers<Stage> requests) implements BusEvents {
    static BusMetrics of(Metrics metrics) {
        return new BusMetrics(metrics, metrics.timers(Metric.BUS_REQUEST, Stage.class, Stage::id));
    }

    void watch(Bus bus) {
        for (Stage stage : Stage.values()) {
            metrics.measure(Metric.BREAKERS_OPEN, stage.id(), () -> bus.openBreakers(stage));
        }
    }

    @Override
    public void completed(Stage stage, long nanos) {
        requests.record(stage, nanos);
    }

    @Override
    public void sent(int bytes) {
        metrics.count(Metric.BUS_SENT_BYTES, bytes);
    }

    @Override
    public void dropped() {
        metrics.count(Metric.BUS_DROPPED);
    }

    @Override
    public void breakerOpened(Stage stage) {
        metrics.count(Metric.BREAKERS_OPENED);
    }

    @Override
    public void undecodable() {
        metrics.count(Metric.BUS_UNDECODABLE);
    }
}
