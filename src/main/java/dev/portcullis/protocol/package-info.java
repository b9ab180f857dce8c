/**
 * What can be said? Frames, reasons, close codes and verdicts, as values. Owns no state. What cannot be decoded is
 * answered with its reason; nothing here waits or fails later.
 */
@NullMarked
package dev.portcullis.protocol;

import org.jspecify.annotations.NullMarked;
