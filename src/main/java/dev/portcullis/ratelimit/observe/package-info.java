/**
 * What would a limit refuse that is not enforced yet? Counts and logs it, so that an operator can introduce a limit
 * safely. Owns no state.
 */
@NullMarked
package dev.portcullis.ratelimit.observe;

import org.jspecify.annotations.NullMarked;
