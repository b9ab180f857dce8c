/**
 * Is this the password of the account, and may a user choose it? Hashes and compares passwords on threads of its own,
 * since that takes long by intent. Owns no state. While too many passwords wait, others are turned away at once.
 */
@NullMarked
package dev.portcullis.auth.password;

import org.jspecify.annotations.NullMarked;
