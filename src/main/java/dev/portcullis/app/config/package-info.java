/**
 * Does this configuration make sense as a whole? The record of all sections, and the checks across them. Owns no state.
 * A configuration with any problem stops the start.
 */
@NullMarked
package dev.portcullis.app.config;

import org.jspecify.annotations.NullMarked;
