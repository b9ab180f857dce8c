package dev.portcullis.audit.chain;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * Keeps the head of each chain outside of its files, so that a cut end shows. Each method is one atomic step. A failed
 * future means that the store failed, and that the step may or may not be done: it may be repeated.
 */
public interface AuditHeadStore {
    /** The newest head that was recorded for a chain. */
    Future<Optional<ChainHead>> find(String chain);

    /**
     * Records a head, but never goes back: a head that is not behind the recorded one changes nothing. What is recorded
     * is persisted before the answer.
     *
     * @return the recorded head from now on; another one than given if two writers use one name, or lines were lost
     */
    Future<ChainHead> advance(String chain, ChainHead head);
}
