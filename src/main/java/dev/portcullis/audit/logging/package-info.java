/**
 * How is a log line written? Encoders and filters of Logback, so that nothing from outside can forge a line. Owns no
 * state. A line that is lost stops nothing.
 */
@NullMarked
package dev.portcullis.audit.logging;

import org.jspecify.annotations.NullMarked;
