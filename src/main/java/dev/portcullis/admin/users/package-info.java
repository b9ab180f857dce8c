/**
 * What is kept of a user, and how does it go? Reads it for an export, and deletes it in steps that may be repeated. Owns
 * nothing: each step changes the store of one stage. Where the store fails, the steps before are done, and the call is to be
 * repeated.
 */
@NullMarked
package dev.portcullis.admin.users;

import org.jspecify.annotations.NullMarked;
