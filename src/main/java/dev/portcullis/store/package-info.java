/**
 * Where does it last? Opens the store and carries atomic writes and reads to it. Owns no state of its own: what a key
 * means is known to the package whose adapter writes it. While it can't commit, every write fails, fast.
 */
@NullMarked
package dev.portcullis.store;

import org.jspecify.annotations.NullMarked;
