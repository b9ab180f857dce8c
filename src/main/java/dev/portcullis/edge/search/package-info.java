/**
 * What may a user find by words? Chooses the streams that the user may read, has them searched, and permits what was found again
 * before it is shown. Owns no state. Where a stage does not answer, nothing is shown.
 */
@NullMarked
package dev.portcullis.edge.search;

import org.jspecify.annotations.NullMarked;
