package dev.portcullis.app.config;

import dev.portcullis.config.Section;

/** Reads the configuration of a node section by section, and then checks the whole. */
public final class NodeConfigReader {
    private NodeConfigReader() {}

    /** @param root collects the problems; with any of them the result must not be used */
    public static NodeConfig read(Section root) {
        NodeConfig config = NodeConfig.readSections(root);
        RemovedKeys.read(root);
        new ConfigConsistency(config).check(root);
        return config;
    }
}
