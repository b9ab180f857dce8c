package dev.portcullis.app;

import dev.portcullis.audit.Meters;
import dev.portcullis.bus.BusEvents;
import dev.portcullis.bus.Stage;

/** Counts what happens between nodes. */
record BusMeters(Meters meters) implements BusEvents {
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
