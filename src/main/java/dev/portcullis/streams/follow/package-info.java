/**
 * What was appended to a few streams since they were read last? Reads them as their lanes move. Owns a cursor for each
 * stream, in memory; a stream whose cursor the store no longer knows is reported as missed. Without the store nothing is
 * reported.
 */
@NullMarked
package dev.portcullis.streams.follow;

import org.jspecify.annotations.NullMarked;
