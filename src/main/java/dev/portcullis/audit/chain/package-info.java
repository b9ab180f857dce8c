/**
 * What happened, provably? Writes each audit event as one line of a file in which every line carries the hash of the
 * line before, signs checkpoints, and records the head of the chain in the store. Owns the files of one folder. While
 * the disk fails, events wait in bounded queues; those that find no room are counted, and the chain says how many.
 */
@NullMarked
package dev.portcullis.audit.chain;

import org.jspecify.annotations.NullMarked;
