/**
 * How is a write made durable on this node's disk? RocksDB behind steps that commit in groups. Owns the folder of the
 * store. While it can't commit, every write fails fast.
 */
@NullMarked
package dev.portcullis.store.embedded;

import org.jspecify.annotations.NullMarked;
