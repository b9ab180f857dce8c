package dev.portcullis.cluster.history;

/**
 * The store forgot: it was restarted empty or with an older file, or replaced by a replica that lagged.
 *
 * @param since what anybody was told before this, it kept; nanoseconds of the history's clock
 * @param at when it was replaced; before this nobody met its new life
 */
record Loss(long since, long at) {}
