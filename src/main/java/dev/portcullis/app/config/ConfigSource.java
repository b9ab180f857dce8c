package dev.portcullis.app.config;

import dev.portcullis.config.Loaded;
import dev.portcullis.config.Loaded.Valid;
import dev.portcullis.config.Setting;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where the configuration of a node comes from.
 *
 * @param first what it starts with
 * @param again reads it again; blocks
 */
public record ConfigSource(Valid<NodeConfig> first, Supplier<Loaded<NodeConfig>> again) {
    /** A configuration that is in no file, and never changes. */
    public static ConfigSource fixed(NodeConfig config) {
        Valid<NodeConfig> only = new Valid<>(config, List.of(), List.of());
        return new ConfigSource(only, () -> only);
    }

    public NodeConfig config() {
        return first.value();
    }

    /** Every key of what it starts with, with its effective value. */
    public List<Setting> settings() {
        return first.settings();
    }
}
