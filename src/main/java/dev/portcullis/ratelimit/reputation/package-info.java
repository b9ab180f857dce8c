/**
 * What do others say of this address? Lists in files and a service over HTTP, behind one port. Owns no data: an address that
 * nothing is known of passes.
 */
@NullMarked
package dev.portcullis.ratelimit.reputation;

import org.jspecify.annotations.NullMarked;
