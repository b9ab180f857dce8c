/**
 * What do these audit files tell of attacks? Reads the lines of one or more chains in the order of their times and counts them
 * by a table of patterns. Owns counts in memory, which does not grow with the files. A line that can't be read is counted and
 * passed over; whether the lines are what was written, {@code audit.verify} says.
 */
@NullMarked
package dev.portcullis.audit.analysis;

import org.jspecify.annotations.NullMarked;
