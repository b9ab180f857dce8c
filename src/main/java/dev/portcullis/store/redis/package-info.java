/**
 * How is Redis asked? One pipelined connection for each event loop, over which scripts run. Owns no state: what a key
 * means is known to the package whose adapter writes it. While Redis does not answer, every call fails within its bound.
 */
@NullMarked
package dev.portcullis.store.redis;

import org.jspecify.annotations.NullMarked;
