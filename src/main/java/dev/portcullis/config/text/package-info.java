/**
 * What may an operator write, how is it quoted, and how are they told a cause? The forms of texts, excerpts without
 * control characters, suggestions for a misspelt name, and the root cause of a failure. Owns no state.
 */
@NullMarked
package dev.portcullis.config.text;

import org.jspecify.annotations.NullMarked;
