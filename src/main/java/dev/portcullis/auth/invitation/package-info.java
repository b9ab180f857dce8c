/**
 * May this stranger register? Makes invitations for operators, and has each of them used once. Keeps the hash of each code
 * until its end; while the store does not answer, no invitation is good.
 */
@NullMarked
package dev.portcullis.auth.invitation;

import org.jspecify.annotations.NullMarked;
