/**
 * How does a rule in Java change rows that several nodes share? A pure step reads rows of one lane and says what to write; the
 * rows are written if those that it read are unchanged, and the step runs again if not. Owns no rows: the package that names a
 * table knows their meaning. While the store is away, every call fails, and its failure says whether it is certain that nothing
 * was changed.
 */
@NullMarked
package dev.portcullis.store.rows;

import org.jspecify.annotations.NullMarked;
