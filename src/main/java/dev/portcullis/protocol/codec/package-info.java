/**
 * How are frames encoded? Reads and writes frames as JSON and checks them, and the bodies of requests, against their
 * schemas. Owns no state. A frame or body that can't be decoded is answered with its reason.
 */
@NullMarked
package dev.portcullis.protocol.codec;

import org.jspecify.annotations.NullMarked;
