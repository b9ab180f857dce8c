package dev.portcullis.cluster.history;

/**
 * A loss of entries: the store was restarted empty or from an older file, or replaced by a lagging replica.
 *
 * @param since the store kept every entry that a client knew before this time; nanoseconds of the history's clock
 * @param at when the store was replaced; clients observe its new branch only afterwards
 */
record Loss(long since, long at) {}
