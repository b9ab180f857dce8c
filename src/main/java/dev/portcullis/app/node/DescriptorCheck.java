package dev.portcullis.app.node;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.connection.ConnectionLimitsConfig;
import dev.portcullis.edge.tcp.FileDescriptors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Are there enough file descriptors for the clients of this node? The limits are lowered to what there is. */
public final class DescriptorCheck {
    private static final Logger LOG = LoggerFactory.getLogger(DescriptorCheck.class);

    private DescriptorCheck() {}

    static void judge(FileDescriptors descriptors) throws StartupException {
        if (!descriptors.areEnough()) {
            throw new StartupException(
                    "the process may have only " + descriptors.limit() + " file descriptors, and needs "
                            + FileDescriptors.minimum() + ": raise LimitNOFILE of systemd, or ulimit -n");
        }
    }

    /** Warns of fewer connections than configured. Call it once, however often the start is tried. */
    public static void warn(NodeConfig config) {
        ConnectionLimitsConfig limits = config.edge().connections();
        if (config.runs(Stage.EDGE) && limits.fewerThanAsked()) {
            LOG.atWarn()
                    .addKeyValue("event", "node.descriptors.few")
                    .addKeyValue("descriptors", FileDescriptors.ofProcess().limit())
                    .addKeyValue("connections", limits.perNode())
                    .addKeyValue("pending", limits.pendingPerNode())
                    .log("fewer connections than configured, since the process may have only so many file descriptors:"
                            + " raise LimitNOFILE of systemd, or ulimit -n");
        }
    }
}
