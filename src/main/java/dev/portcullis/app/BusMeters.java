package dev.portcullis.app;

import dev.portcullis.audit.Durations;
import dev.portcullis.audit.Meters;
import dev.portcullis.bus.BusEvents;
import dev.portcullis.bus.Stage;

/** Counts what happens on the bus. */
record BusMeters(Meters meters, Durations<Stage> requests) implements BusEvents {
    static BusMeters of(Meters meters) {
        return new BusMeters(meters, meters.busRequests(Stage.class, Stage::word));
    }

    @Override
    public void completed(Stage stage, long nanos) {
        requests.took(stage, nanos);
    }

    @Override
    public void sent(int bytes) {
        meters.busSent(bytes);
    }

    @Override
    public void dropped() {
        meters.busDropped();
    }

    @Override
    public void tookOut(Stage stage) {
        meters.breakerOpened();
    }

    @Override
    public void garbled() {
        meters.busGarbled();
    }
}
