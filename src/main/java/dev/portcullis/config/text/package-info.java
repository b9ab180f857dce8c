/**
 * How is an operator's input quoted? Excerpts without control characters, and suggestions for a misspelt name. Owns no
 * state.
 */
@NullMarked
package dev.portcullis.config.text;

import org.jspecify.annotations.NullMarked;
