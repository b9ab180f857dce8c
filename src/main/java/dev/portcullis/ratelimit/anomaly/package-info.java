/**
 * Does this client behave as an attacker does? Scores of what it did, which halve with time, and signatures of attacks. Owns
 * no data in the store: a score lives and ends with its node.
 */
@NullMarked
package dev.portcullis.ratelimit.anomaly;

import org.jspecify.annotations.NullMarked;
