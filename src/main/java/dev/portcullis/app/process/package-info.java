/**
 * When must the process end at once? Watches event loops and the garbage collector, and halts with one line when
 * continuing would be worse. Owns no state.
 */
@NullMarked
package dev.portcullis.app.process;

import org.jspecify.annotations.NullMarked;
