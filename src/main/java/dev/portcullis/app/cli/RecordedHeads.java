package dev.portcullis.app.cli;

import dev.portcullis.audit.chain.AuditHeadStore;
import dev.portcullis.audit.chain.ChainHead;
import dev.portcullis.audit.verify.Anchor;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.EmbeddedStore;
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

/** Reads the heads of audit chains from the store of a node. */
final class RecordedHeads {
    private static final int TIMEOUT_SECONDS = 20;

    private RecordedHeads() {}

    static Map<String, Anchor> read(AuditConfigPart config, List<String> chains) throws Exception {
        return config.usesRedis() ? ofRedis(config, chains) : ofFolder(config, chains);
    }

    private static Map<String, Anchor> ofRedis(AuditConfigPart config, List<String> chains) throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            RedisStore redis = RedisStore.open(vertx, config.redis(), (operation, nanos) -> {})
                    .await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            Map<String, Anchor> heads = find(new RedisRowStore(redis), chains);
            redis.close().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return heads;
        } finally {
            vertx.close().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Map<String, Anchor> ofFolder(AuditConfigPart config, List<String> chains) throws Exception {
        Optional<Path> folder = config.store().path().map(Path::of).filter(Files::isDirectory);
        if (folder.isEmpty()) {
            return none(chains, "the store of this configuration is not on this machine");
        }
        try (EmbeddedStore store = EmbeddedStore.open(folder.get(), config.store())) {
            return find(new EmbeddedRowStore(store, System::currentTimeMillis), chains);
        } catch (StoreOpenException inUse) {
            return none(chains, "the store can't be opened (" + inUse.getMessage() + "): stop its node");
        }
    }

    private static Map<String, Anchor> find(RowStore rows, List<String> chains) throws Exception {
        AuditHeadStore store = new AuditHeadStore(rows);
        Map<String, Anchor> heads = new LinkedHashMap<>();
        for (String chain : chains) {
            Optional<ChainHead> head = store.find(chain).await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
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
