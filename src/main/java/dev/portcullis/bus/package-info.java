/**
 * How does a question reach the nearest stage? Typed questions with a deadline, over the event bus, answered by one
 * instance: of this node if one is well, else of another. Notices go the same ways, once and without an answer. Owns the
 * count of what is under way, and how each instance and each link has fared. A lost answer is a
 * {@link dev.portcullis.bus.BusFailure}, never a verdict; a lost notice is nothing at all.
 */
@NullMarked
package dev.portcullis.bus;

import org.jspecify.annotations.NullMarked;
