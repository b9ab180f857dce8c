/**
 * How is a log line written? Encoders and filters of Logback, so that input can't forge a line. Owns no state. A lost
 * line stops nothing.
 */
@NullMarked
package dev.portcullis.audit.logging;

import org.jspecify.annotations.NullMarked;
