/**
 * Does this client attack? Counts what sessions and addresses do, and draws the consequences: a restriction, a close,
 * a ban. Owns the scores of this node. When a ban can't be decided, the score stays.
 */
@NullMarked
package dev.portcullis.edge.anomaly;

import org.jspecify.annotations.NullMarked;
