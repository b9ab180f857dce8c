/**
 * How does a node ask a server outside, such as for an issuer's keys, and stay safe? Judges every address before it
 * connects, and bounds time, size and number of the calls. Owns the connections, and the circuit breaker of each target or
 * of each user for whom it is asked. A call that brings no answer is an outcome, whatever the server does.
 */
@NullMarked
package dev.portcullis.http.outgoing;

import org.jspecify.annotations.NullMarked;
