package dev.portcullis.app.cli;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * SIGHUP, which has a node read its configuration again. A signal that comes before the node has started changes nothing; without
 * this it would end the process. Where the process was told to ignore the signal, as by {@code nohup}, it stays ignored.
 */
final class ReloadSignal {
    private static final Logger LOG = LoggerFactory.getLogger(ReloadSignal.class);
    private static final String NAME = "HUP";

    private volatile Runnable reload = () -> LOG.atInfo()
            .addKeyValue("event", "node.reload.early")
            .log("told to read the configuration again before the node was ready");

    private ReloadSignal() {}

    static ReloadSignal listen() {
        ReloadSignal signal = new ReloadSignal();
        try {
            Signal.handle(new Signal(NAME), any -> signal.reload.run());
        } catch (IllegalArgumentException unknown) {
            LOG.atDebug().log("this system has no such signal");
        }
        return signal;
    }

    /** @param reload returns at once */
    void onSignal(Runnable reload) {
        this.reload = reload;
    }
}
