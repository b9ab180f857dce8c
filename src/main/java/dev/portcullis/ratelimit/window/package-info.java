/**
 * How much was counted lately? Sliding windows, and a bounded table of them by key. Owns no state of its own: each
 * counter has its windows.
 */
@NullMarked
package dev.portcullis.ratelimit.window;

import org.jspecify.annotations.NullMarked;
