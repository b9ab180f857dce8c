package dev.portcullis.audit.chain;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Table;
import io.vertx.core.Future;
import java.util.Optional;

/** Heads in the embedded store: a row for each chain. */
public final class EmbeddedAuditHeadStore implements AuditHeadStore {
    private final EmbeddedStore store;
    private final Table heads;

    /** Blocks the thread: create it while starting. */
    public EmbeddedAuditHeadStore(EmbeddedStore store) {
        this.store = store;
        this.heads = store.table("audit.heads");
    }

    @Override
    public Future<Optional<ChainHead>> find(String chain) {
        return store.read(reader -> ChainHeadRow.decode(reader.get(heads, chain.getBytes(US_ASCII))));
    }

    @Override
    public Future<ChainHead> advance(String chain, ChainHead head) {
        byte[] key = chain.getBytes(US_ASCII);
        return store.write(batch -> {
            Optional<ChainHead> recorded = ChainHeadRow.decode(batch.get(heads, key));
            if (recorded.isPresent() && recorded.get().n() >= head.n()) {
                return recorded.get();
            }
            batch.put(heads, key, ChainHeadRow.encode(head).getBytes(US_ASCII));
            return head;
        });
    }
}
