package dev.portcullis.audit.chain;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.Optional;

/** Heads in Redis: a key for each chain, in the lane of its name. */
public final class RedisAuditHeadStore implements AuditHeadStore {
    private final RedisStore redis;
    private final Script findScript;
    private final Script advanceScript;

    public RedisAuditHeadStore(RedisStore redis) {
        this.redis = redis;
        this.findScript = redis.script(RedisAuditHeadStore.class, "find_head");
        this.advanceScript = redis.script(RedisAuditHeadStore.class, "advance_head");
    }

    @Override
    public Future<Optional<ChainHead>> find(String chain) {
        return redis.run(findScript.call().key(key(chain))).map(RedisAuditHeadStore::head);
    }

    @Override
    public Future<ChainHead> advance(String chain, ChainHead head) {
        return redis.run(advanceScript
                        .call()
                        .key(key(chain))
                        .arg(Long.toString(head.n()))
                        .arg(ChainHeadRow.encode(head)))
                .map(row -> head(row).orElse(head));
    }

    private static Optional<ChainHead> head(Response row) {
        return ChainHeadRow.decode(row == null ? null : row.toBytes());
    }

    private static String key(String chain) {
        return RedisKeys.of(Lanes.of(chain), "audit", chain);
    }
}
