/**
 * Which rooms and users are held, and what was kept of them? Answers operators, a page at a time. The rows are the holds'; the copies are
 * the archive's. Where either fails nothing is known to be done, and the question may be repeated.
 */
@NullMarked
package dev.portcullis.broadcast.holds;

import org.jspecify.annotations.NullMarked;
