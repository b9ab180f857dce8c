/**
 * Is this audit log what was written? Reads the files of a chain and names what was changed, removed, inserted, moved
 * or cut off. Owns nothing, and changes nothing.
 */
@NullMarked
package dev.portcullis.audit.verify;

import org.jspecify.annotations.NullMarked;
