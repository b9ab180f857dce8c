/**
 * How is a frame written? Reads and writes frames as JSON and judges them by their schemas. Owns no state. What can't
 * be decoded is answered with its reason.
 */
@NullMarked
package dev.portcullis.protocol.codec;

import org.jspecify.annotations.NullMarked;
