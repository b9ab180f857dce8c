/**
 * How does a question reach the nearest stage? Typed questions with a deadline go over the event bus to one instance:
 * of this node if one is available, else of another. Notices go the same way, once and without an answer. Owns the
 * counts of questions in flight, the circuit breakers of the instances and the windows of the links. A lost answer is a
 * {@link dev.portcullis.bus.BusFailure}, never a verdict; a lost notice is no failure at all.
 */
@NullMarked
package dev.portcullis.bus;

import org.jspecify.annotations.NullMarked;
