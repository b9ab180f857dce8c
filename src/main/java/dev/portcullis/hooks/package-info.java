/**
 * How does the application learn what happened? Takes the events out of the outboxes and delivers them, as signed requests
 * or into a Redis stream: at least once, and those of one key in order. Owns nothing: what waits is in the store. Nothing
 * waits for a delivery; while the application takes none, the outboxes fill up to their bound.
 */
@NullMarked
package dev.portcullis.hooks;

import org.jspecify.annotations.NullMarked;
