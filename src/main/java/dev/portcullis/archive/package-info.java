/**
 * What did a stream have before the part that the store keeps? The archive: a port with one adapter for each engine. It follows the
 * streams, so it may lag behind them, and no append waits for it. While it is away, the streams keep more than usual.
 */
@NullMarked
package dev.portcullis.archive;

import org.jspecify.annotations.NullMarked;
