/**
 * What happened? Names every event, and passes it to a sink: log lines that input can't forge and that contain no secrets.
 * Owns the windows in which repeated refusals are aggregated. A lost line stops nothing else.
 */
@NullMarked
package dev.portcullis.audit;

import org.jspecify.annotations.NullMarked;
