/**
 * Who is this? Tokens are proven, sessions opened, capped and ended. Owns the sessions, behind a port: on a single node
 * they stay in its memory, in a cluster they lie in Redis and hang on their node's leases. Owns for each instance a cache
 * of proven tokens that can be lost. Without this stage or its store no session begins; those that are open stay.
 */
@NullMarked
package dev.portcullis.auth;

import org.jspecify.annotations.NullMarked;
