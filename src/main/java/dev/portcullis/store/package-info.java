/**
 * Where is data kept? Opens the store, and runs atomic writes and reads in it. Owns no state of its own: the package
 * whose adapter writes a key knows its meaning. While the store can't commit, every write fails fast.
 */
@NullMarked
package dev.portcullis.store;

import org.jspecify.annotations.NullMarked;
