/**
 * Which frames exist? Holds frames, reasons, close codes and verdicts as values. The form of a client's frame is
 * defined once, in its published schema: the decoder's rules are compiled from the schema files. Owns no state. A frame
 * that can't be decoded is answered with its reason. A schema that the decoder does not implement stops the start;
 * nothing here waits or fails later.
 */
@NullMarked
package dev.portcullis.protocol;

import org.jspecify.annotations.NullMarked;
