/**
 * How does one node keep the history of its streams on its disk? The archive in the node's RocksDB, in tables of its own, within
 * a bound of bytes, and an index of its words in a folder beside it. Owns these tables and that folder. While the disk fails
 * nothing is added, and the streams keep what it lacks.
 */
@NullMarked
package dev.portcullis.archive.embedded;

import org.jspecify.annotations.NullMarked;
