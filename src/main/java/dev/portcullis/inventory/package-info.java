/**
 * Who holds what on all nodes right now? Asks each event loop of every edge for the first rows of its rooms, users or connections,
 * and makes one page of the answers. Owns nothing: the rows are those of the edges. A node that does not answer in time is named in
 * the page, and its rows are missing there.
 */
@NullMarked
package dev.portcullis.inventory;

import org.jspecify.annotations.NullMarked;
