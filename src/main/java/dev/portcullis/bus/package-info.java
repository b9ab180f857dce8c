/**
 * How does a question reach the nearest stage? Typed questions with a deadline, over the event bus, answered by one
 * instance. Owns the count of questions under way. A lost answer is a {@link dev.portcullis.bus.BusFailure}, never a
 * verdict.
 */
@NullMarked
package dev.portcullis.bus;

import org.jspecify.annotations.NullMarked;
