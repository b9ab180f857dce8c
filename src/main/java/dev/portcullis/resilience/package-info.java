/**
 * What keeps one slow or broken part from stopping the others? Circuit breakers, and bounds on what is in flight. Owns
 * their counts. A refused question is an outcome at once, and never waits.
 */
@NullMarked
package dev.portcullis.resilience;

import org.jspecify.annotations.NullMarked;
