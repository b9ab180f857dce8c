/**
 * How do several nodes keep streams in one Redis? The adapters, whose scripts append, read and tick there. Owns no state
 * in this process. While Redis is away, nothing is appended and no lease is renewed.
 */
@NullMarked
package dev.portcullis.streams.redis;

import org.jspecify.annotations.NullMarked;
