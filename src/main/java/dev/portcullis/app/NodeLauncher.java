package dev.portcullis.app;

import dev.portcullis.config.Setting;
import java.util.List;

/** Runs a node until it is told to stop. */
@FunctionalInterface
public interface NodeLauncher {
    /**
     * @param settings every key of the configuration with its effective value, secrets redacted
     * @return the exit code
     */
    int run(NodeConfig config, List<Setting> settings) throws StartFailure;
}
