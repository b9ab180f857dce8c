/**
 * Which nodes are there, do their settings fit together, and do they reach each other? Hazelcast finds them, a
 * directory in the store says what each runs, and pings over the bus tell a node that it is isolated. Owns the
 * directory, a cache in which every node renews its row once a second. Without the store no change is applied: the
 * nodes keep their last known peers.
 */
@NullMarked
package dev.portcullis.cluster;

import org.jspecify.annotations.NullMarked;
