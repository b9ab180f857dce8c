package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.chain.AuditFileConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.Section;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.redis.RedisConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a node's configuration that says where the head of its audit chain is recorded. The auditor's machine has
 * neither the certificates nor the keys that the rest names.
 *
 * @param chain empty if the configuration does not name it
 * @param nodeName the name of its machine, by which the chain is called then
 */
record AuditConfigPart(StoreConfig store, RedisConfig redis, String chain, Optional<String> nodeName) {
    static Loaded<AuditConfigPart> load(Path file, List<String> overrides, Map<String, String> environment) {
        return ConfigFile.loadPart(file, overrides, environment, AuditConfigPart::read);
    }

    private static AuditConfigPart read(Section root) {
        Section store = root.section("store");
        return new AuditConfigPart(
                StoreConfig.read(store),
                RedisConfig.read(store.section("redis")),
                AuditFileConfig.chain(root.section("audit").section("file")),
                NodeConfig.nodeName(root.section("node")));
    }

    boolean usesRedis() {
        return store.kind() == StoreConfig.Kind.REDIS;
    }
}
