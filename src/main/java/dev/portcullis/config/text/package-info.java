/**
 * What may an operator write, and how is it quoted? The forms of texts, excerpts without control characters, and
 * suggestions for a misspelt name. Owns no state.
 */
@NullMarked
package dev.portcullis.config.text;

import org.jspecify.annotations.NullMarked;
