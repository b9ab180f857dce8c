/**
 * What may an operator see and do? A separate listener for health, metrics, sessions and revocations. Owns only the last
 * result of the health checks. Without it the node still serves clients. What the store does not confirm is answered
 * 503.
 */
@NullMarked
package dev.portcullis.admin;

import org.jspecify.annotations.NullMarked;
