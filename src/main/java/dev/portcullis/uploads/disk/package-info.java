/**
 * Where are the bytes of uploaded files, if they are on a disk of this node? Owns a folder that one process uses: files that
 * arrive, and files that are whole. A file that is whole was synced before it got its name. When the disk fails, an upload
 * fails, and what it left is removed at the next start.
 */
@NullMarked
package dev.portcullis.uploads.disk;

import org.jspecify.annotations.NullMarked;
