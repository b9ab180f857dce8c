/**
 * What does a first configuration say? The questions, what their answers mean, and the files that come of them. Owns no
 * state. An answer that the reader of configurations refuses is a problem of that question; before all are answered no
 * file is written.
 */
@NullMarked
package dev.portcullis.app.init;

import org.jspecify.annotations.NullMarked;
