package dev.portcullis.admin.node;

/**
 * What operators see of a node, and tell it.
 *
 * @param stop has the node drain and its process end, as a signal does; returns at once
 */
public record NodeControl(NodeStatistics statistics, Runnable stop) {}
