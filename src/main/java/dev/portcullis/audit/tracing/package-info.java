/**
 * Where did the time of a frame go? Begins and ends the spans of a trace, carries the active one from step to step and from node to
 * node, and sends them to a collector. Owns the spans that wait to be sent, within a bound. A collector that is away costs the
 * spans, and nothing else.
 */
@NullMarked
package dev.portcullis.audit.tracing;

import org.jspecify.annotations.NullMarked;
