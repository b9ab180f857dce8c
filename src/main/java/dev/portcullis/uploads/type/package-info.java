/**
 * Is a file what its sender says it is? Compares the first bytes of a file with the type that was declared. Owns no state. A
 * type that is not in its table is served as bytes without a meaning.
 */
@NullMarked
package dev.portcullis.uploads.type;

import org.jspecify.annotations.NullMarked;
