/**
 * Who is this? Puts the stage together: tokens, certificates and their users; sessions that are opened, renewed, capped
 * and ended; revocations; accounts. Owns what its packages own, behind ports, and in each instance a cache of verified
 * tokens that may be lost. Without this stage or its store no session begins, no call of a user is admitted, and open
 * sessions stay open.
 */
@NullMarked
package dev.portcullis.auth;

import org.jspecify.annotations.NullMarked;
