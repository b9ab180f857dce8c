/**
 * Who may not come in at all, and until when? Bans of users and of ranges of addresses: by an operator, by the configuration,
 * or by a rule. Owns the bans in the store. Each node keeps a list of those in force, so that a handshake asks memory only.
 */
@NullMarked
package dev.portcullis.ratelimit.ban;

import org.jspecify.annotations.NullMarked;
