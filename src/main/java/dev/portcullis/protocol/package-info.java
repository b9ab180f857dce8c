/**
 * What can be said? Frames, reasons, close codes and verdicts, as values, and how they are read and written. The form of a
 * client's frame is written once, in its published schema: the decoder's rules are compiled from the schema files. Owns no
 * state. What cannot be decoded is answered with its reason. A schema that the decoder does not implement stops the start;
 * nothing here waits or fails later.
 */
@NullMarked
package dev.portcullis.protocol;

import org.jspecify.annotations.NullMarked;
