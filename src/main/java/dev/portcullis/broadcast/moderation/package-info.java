/**
 * May this message be published? Asks a moderation service outside, if one is configured, and remembers its answers for a
 * short time. Owns the connections to the service and its circuit breaker. While the service does not answer,
 * {@code content.hook.onFailure} decides.
 */
@NullMarked
package dev.portcullis.broadcast.moderation;

import org.jspecify.annotations.NullMarked;
