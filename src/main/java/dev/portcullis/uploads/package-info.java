/**
 * May this user upload this file, and who may fetch it? Gives tickets, has files received, checked and kept, and deletes them in
 * the end. Owns no state of its own: rows are in {@code uploads.ticket}, files on the node's disk or in a store of S3's kind.
 * Without the rows' store no upload begins, none is kept, and no file is found.
 */
@NullMarked
package dev.portcullis.uploads;

import org.jspecify.annotations.NullMarked;
