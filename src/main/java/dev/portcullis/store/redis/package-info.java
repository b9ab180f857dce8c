/**
 * How is Redis asked? One pipelined connection for each event loop and master, over which scripts run: one server, the
 * master that sentinels name, or those of a Redis Cluster. Owns no state in the store: what a key means is known to the
 * package whose adapter writes it. While Redis does not answer, every call fails within its bound, and says whether surely
 * nothing was done.
 *
 * <p>The rights that our user needs: {@code ~pc:* -@all +@read +@write -@dangerous +evalsha +script|load +info +time
 * +cluster|slots +asking}.
 */
@NullMarked
package dev.portcullis.store.redis;

import org.jspecify.annotations.NullMarked;
