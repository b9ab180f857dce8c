/**
 * What keeps one slow or broken part from stopping the others? Circuit breakers, bounds on what is in flight, and
 * threads for slow work. Owns their counts and the threads, and the clock and the timers by which a node looks at itself.
 * What is too much is refused at once: an outcome, no failure.
 */
@NullMarked
package dev.portcullis.resilience;

import org.jspecify.annotations.NullMarked;
