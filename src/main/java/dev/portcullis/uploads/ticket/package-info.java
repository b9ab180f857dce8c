/**
 * Which uploads are there, and who may hold how much? A row for each upload: a ticket first, then a file that is received, then one
 * that is kept. Owns these rows, their sums, and since when users are known, in the store; the bytes of the files are elsewhere.
 * Without the store, no ticket is given and none is taken.
 */
@NullMarked
package dev.portcullis.uploads.ticket;

import org.jspecify.annotations.NullMarked;
