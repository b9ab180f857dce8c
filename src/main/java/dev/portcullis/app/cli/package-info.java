/**
 * Which commands does the program have? The commands, their options and what they print. Owns no state. A usage error
 * exits with 2, a failure with 1 and one line.
 */
@NullMarked
package dev.portcullis.app.cli;

import org.jspecify.annotations.NullMarked;
