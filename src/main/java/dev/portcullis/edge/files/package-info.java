/**
 * How do files come in and go out over HTTP? Owns nothing: the places of transfers, the files and their rows are those of
 * {@code uploads}. When the store or the disk fails, calls are {@code unavailable}, and no part of a file passes for the whole.
 */
@NullMarked
package dev.portcullis.edge.files;

import org.jspecify.annotations.NullMarked;
