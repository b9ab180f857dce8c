/**
 * What did the operator type? The commands, their options and what they print. Owns no state. A usage error ends with
 * 2, a failure with 1 and one line.
 */
@NullMarked
package dev.portcullis.app.cli;

import org.jspecify.annotations.NullMarked;
