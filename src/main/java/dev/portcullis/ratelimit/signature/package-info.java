/**
 * Is this text a probe of an attacker? Signatures of attacks as data, found in one scan of linear time. Owns nothing. A text
 * that only looks like an attack costs its author a score, never the message.
 */
@NullMarked
package dev.portcullis.ratelimit.signature;

import org.jspecify.annotations.NullMarked;
