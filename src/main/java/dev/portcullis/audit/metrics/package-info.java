/**
 * How much, how often, how long? The node's counters, gauges and timers for Prometheus. Owns the registry. A lost count
 * stops nothing.
 */
@NullMarked
package dev.portcullis.audit.metrics;

import org.jspecify.annotations.NullMarked;
