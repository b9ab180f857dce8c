/**
 * How does one node keep streams on its disk? The adapter over RocksDB: appends in one transaction, slices, the sweep of what is
 * too old. Owns the streams of a single node. While the disk fails, nothing is appended.
 */
@NullMarked
package dev.portcullis.streams.embedded;

import org.jspecify.annotations.NullMarked;
