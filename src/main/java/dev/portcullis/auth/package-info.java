/**
 * Who is this? Reads the keys of issuers and verifies tokens; opens, caps and ends sessions. Owns the sessions, behind a port: a single node keeps
 * them in memory, a cluster keeps them in Redis, where they depend on the leases of their nodes. Each instance owns a
 * cache of verified tokens that may be lost. Without this stage or its store no session begins, and open sessions stay
 * open.
 */
@NullMarked
package dev.portcullis.auth;

import org.jspecify.annotations.NullMarked;
