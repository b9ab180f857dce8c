/**
 * How are frames encoded? Reads and writes frames as JSON and checks them against their schemas. Owns no state. A frame
 * that can't be decoded is answered with its reason.
 */
@NullMarked
package dev.portcullis.protocol.codec;

import org.jspecify.annotations.NullMarked;
