/**
 * Who must hear it? Publishing, fan-out and history. Owns nothing that could not be read again: what was published is in
 * its stream. Without the store nothing is published, and who asks is told {@code unavailable}.
 */
@NullMarked
package dev.portcullis.broadcast;

import org.jspecify.annotations.NullMarked;
