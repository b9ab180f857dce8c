/**
 * Which handler answers a request, and with what input? Binds handlers to the operations of the contract, and reads
 * parameters and bodies as the contract says. Owns the bodies that are being received. A request that does not fit its
 * operation is refused before a handler sees it.
 */
@NullMarked
package dev.portcullis.http.routing;

import org.jspecify.annotations.NullMarked;
