/**
 * Which nodes are there, do they fit together, and do they hear each other? Hazelcast finds them, a directory in the
 * store says what each runs, and probes over the bus tell a node that it has gone deaf. Owns the directory, a cache that
 * every node writes anew once a second. Without the store nothing is judged: the nodes stay with those that they knew.
 */
@NullMarked
package dev.portcullis.cluster;

import org.jspecify.annotations.NullMarked;
