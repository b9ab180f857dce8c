/**
 * Is there a whole copy of what a node keeps on its disk, and how does it come back? The folder of a backup: written, verified,
 * restored. Owns no state. A backup that broke off has no list of sums, so nothing takes it for a whole one; a restore that broke off
 * left the store as it was, or its old folder beside it.
 */
@NullMarked
package dev.portcullis.app.backup;

import org.jspecify.annotations.NullMarked;
