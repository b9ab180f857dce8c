package dev.portcullis.app.cli;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.audit.chain.AuditFileConfig;
import dev.portcullis.audit.chain.AuditHeadStore;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.verify.Anchor;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Loaded;
import dev.portcullis.config.Section;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.redis.RedisConfig;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RedisRowStore;
import dev.portcullis.store.rows.RowStore;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Reads the heads of audit chains from the store of a node. Of its configuration it reads no more than that needs: the auditor's
 * machine has neither the certificates nor the keys that the rest names.
 *
 * @param chain empty if the configuration does not name it
 * @param nodeName the name of its machine, by which the chain is called then
 */
record RecordedHeads(StoreConfig store, RedisConfig redis, String chain, Optional<String> nodeName) {
    private static final int TIMEOUT_SECONDS = 20;

    static Loaded<RecordedHeads> load(Path file, List<String> overrides, Map<String, String> environment) {
        return ConfigFile.loadPart(file, overrides, environment, RecordedHeads::read);
    }

    private static RecordedHeads read(Section root) {
        Section store = root.section("store");
        return new RecordedHeads(
                StoreConfig.read(store),
                RedisConfig.read(store.section("redis")),
                AuditFileConfig.chain(root.section("audit").section("file")),
                NodeConfig.nodeName(root.section("node")));
    }

    boolean usesRedis() {
        return store.kind() == StoreConfig.Kind.REDIS;
    }

    Map<String, Anchor> read(List<String> chains) throws Exception {
        return usesRedis() ? ofRedis(chains) : ofFolder(chains);
    }

    private Map<String, Anchor> ofRedis(List<String> chains) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            RedisStore opened =
                    RedisStore.open(vertx, redis, (operation, nanos) -> {}).await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Map<String, Anchor> heads = find(new RedisRowStore(opened), chains);
            opened.close().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return heads;
        } finally {
            vertx.close().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private Map<String, Anchor> ofFolder(List<String> chains) throws Exception {
        Optional<Path> folder = store.path().map(Path::of).filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return none(chains, "the store of this configuration is not on this machine");
        }
        try (EmbeddedStore opened = EmbeddedStore.open(folder.get(), store)) {
            return find(new EmbeddedRowStore(opened, System::currentTimeMillis), chains);
        } catch (StoreOpenException inUse) {
            return none(chains, "the store can't be opened (" + inUse.getMessage() + "): stop its node");
        }
    }

    private static Map<String, Anchor> find(RowStore rows, List<String> chains) throws Exception {
        AuditHeadStore recorded = new AuditHeadStore(rows);
        Map<String, Anchor> heads = new LinkedHashMap<>();
        for (String chain : chains) {
            Optional<ChainHead> head = recorded.find(chain).await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            heads.put(chain, Anchor.of(head));
        }
        return heads;
    }

    private static Map<String, Anchor> none(List<String> chains, String why) {
        Map<String, Anchor> heads = new LinkedHashMap<>();
        chains.forEach(chain -> heads.put(chain, Anchor.none(why)));
        return heads;
    }
}
