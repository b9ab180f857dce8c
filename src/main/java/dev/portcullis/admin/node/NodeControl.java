package dev.portcullis.admin.node;

/**
 * The statistics of a node and its stop, for the operators' listener.
 *
 * @param stop drains the node and ends its process, as a signal does; returns at once
 */
public record NodeControl(NodeStatistics statistics, Runnable stop) {}
