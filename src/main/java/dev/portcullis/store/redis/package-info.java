/**
 * How is Redis asked? One pipelined connection for each event loop and master runs the scripts: of one server, of the
 * master that sentinels name, or of a Redis Cluster. Owns no state in the store: the package whose adapter writes a key
 * knows its meaning. While Redis does not answer, every call fails in time, and its failure says whether it is certain
 * that nothing was changed.
 *
 * <p>The rights that the store's user needs: {@code ~pc:* -@all +@read +@write -@dangerous +evalsha +script|load +info
 * +time +cluster|slots +asking +wait}.
 */
@NullMarked
package dev.portcullis.store.redis;

import org.jspecify.annotations.NullMarked;
