/**
 * What is kept of a user, and how does it go? Asks each stage for its part, for an export, and has it deleted in steps that may be
 * repeated. Owns nothing: a stage alone changes what it keeps. Where a stage or the store fails, the steps before are done, and the call is to be
 * repeated.
 */
@NullMarked
package dev.portcullis.admin.users;

import org.jspecify.annotations.NullMarked;
